#include "client.h"

#include "search.h"

#include "common/exchange.h"

#include <Poco/Base64Encoder.h>

#include <set>
#include <sstream>

namespace psa::plugins::connectwise {
namespace {

/// The oldest version that current clients still request: every site supports it, and what the plugin uses has not
/// changed since. Without one, a site responds with its newest.
constexpr const char *accepted = "application/vnd.connectwise.com+json; version=2021.1, application/json";

constexpr unsigned fullPage = 1000;
constexpr unsigned maxPages = 20;

std::string basic(const Configuration &configuration)
{
    std::ostringstream encoded;
    Poco::Base64Encoder encoder(encoded);
    encoder.rdbuf()->setLineLength(0);
    encoder << configuration.companyId << '+' << configuration.publicKey << ':' << configuration.privateKey;
    encoder.close();
    return "Basic " + encoded.str();
}

/// A list that must not be treated as complete: the host would send something a second time.
psa::Error unclearRows(const std::string &path, const std::string &why)
{
    return psa::Error(PSA_UNAVAILABLE, "ConnectWise's response does not say whether " + path + " has what is wanted.")
        .hint("Nothing was changed. It is looked up again later.")
        .detail("GET " + path + ": " + why);
}

} // namespace

const CompanyInfo &Client::company()
{
    if (!company_)
        company_ = findCompany(host_, call_, configuration_, kept_);
    return *company_;
}

void Client::renewCompany()
{
    company_ = lookUpCompany(host_, call_, configuration_, kept_);
}

Object::Ptr Client::get(const std::string &path)
{
    const Answer answer = exchange("GET", path, {}, Effect::reads);
    return readObject(answer.response, answer.exchange);
}

Array::Ptr Client::rows(const std::string &path, const Search &search)
{
    const Answer answer = exchange("GET", path + search.query(), {}, Effect::reads);
    return readRows(answer.response, answer.exchange);
}

Array::Ptr Client::allRows(const std::string &path, Search search)
{
    search.pageSize(fullPage);
    Array::Ptr all = new Array;
    std::set<std::string> ids;
    for (unsigned page = 1; page <= maxPages; ++page)
    {
        const Array::Ptr some = rows(path, search.page(page));
        const std::size_t before = all->size();
        for (unsigned i = 0; i < some->size(); ++i)
            if (const Object::Ptr row = some->getObject(i))
                if (const std::string id = textOf(*row, "id"); id.empty() || ids.insert(id).second)
                    all->add(row);
        if (some->size() < fullPage || all->size() == before) // Nothing new on this page: the paging does not end.
            return all;
    }
    call_.warning("Of " + path + " only the first " + std::to_string(all->size()) + " rows were read.");
    return all;
}

Array::Ptr Client::everyRow(const std::string &path, Search search)
{
    search.pageSize(fullPage);
    Array::Ptr all = new Array;
    std::set<std::int64_t> ids;
    for (unsigned page = 1; page <= maxPages; ++page)
    {
        const Array::Ptr some = rows(path, search.page(page));
        const std::size_t before = all->size();
        for (unsigned i = 0; i < some->size(); ++i)
        {
            const Object::Ptr row = some->getObject(i);
            const std::int64_t id = row ? integerOf(*row, "id").value_or(0) : 0;
            if (id <= 0)
                throw unclearRows(path, "a row without an id");
            if (ids.insert(id).second)
                all->add(row);
        }
        if (some->size() < fullPage)
            return all;
        if (all->size() == before)
            throw unclearRows(path, "the same page again");
    }
    throw unclearRows(path, "more than " + std::to_string(maxPages) + " pages");
}

Object::Ptr Client::post(const std::string &path, const Object &fields, Effect effect)
{
    const Answer answer = exchange("POST", path, toJson(fields), effect);
    return readObject(answer.response, answer.exchange);
}

Object::Ptr Client::patch(const std::string &path, const Array &operations)
{
    const Answer answer = exchange("PATCH", path, toJson(operations), Effect::changes);
    return readObject(answer.response, answer.exchange);
}

void Client::remove(const std::string &path)
{
    const Answer answer = exchange("DELETE", path, {}, Effect::removes);
    checkDone(answer.response, answer.exchange);
}

Client::Answer Client::exchange(const std::string &method, const std::string &path, const std::string &body,
                                Effect effect)
{
    psa::HttpResponse response = sendOnce(method, path, body, effect);
    Exchange exchange{thePsa, method + " " + path.substr(0, path.find('?')), company().host, effect};
    if (isWrongRoute(response) && moved())
    {
        // A second changing request in one call would go to another address, which the host does not allow.
        if (mutates(effect))
            throw movedAway(response, exchange, "this company to another codebase (" + company().codebase + ")");
        exchange.host = company().host;
        response = sendOnce(method, path, body, effect);
    }
    return {std::move(response), std::move(exchange)};
}

psa::HttpResponse Client::sendOnce(const std::string &method, const std::string &path, const std::string &body,
                                   Effect effect)
{
    psa::HttpRequest request;
    request.method = method;
    request.url = company().api(path);
    request.headers = {{"Authorization", basic(configuration_), true},
                       {"clientId", configuration_.clientId, true},
                       {"Accept", accepted, false}};
    if (!body.empty())
        request.headers.push_back({"Content-Type", "application/json", false});
    request.body = body;
    request.mutates = mutates(effect);
    call_.throwIfStopped();
    return withoutSecrets(psa::send(host_, call_, request), configuration_.secrets());
}

/// After a "no such path" response: true if the company has moved from the known address. Only called for cached
/// values, so at most once per call.
bool Client::moved()
{
    if (!company_->fromCache || call_.cancelled() || call_.remainingMs() <= 0)
        return false;
    const std::string known = company_->api("");
    company_->fromCache = false;
    try
    {
        renewCompany();
    }
    catch (const psa::Error &error)
    {
        call_.warning("The company was looked up again, without success: " + std::string(error.what()));
        return false; // The first response is the one that the operator needs to see.
    }
    if (company_->api("") == known)
        return false;
    call_.info("The company moved from " + known + " to " + company_->api("") + ".");
    return true;
}

} // namespace psa::plugins::connectwise
