#include "client.h"

#include "common/text.h"

#include <algorithm>
#include <set>

namespace psa::plugins::halopsa {
namespace {

constexpr unsigned maxPages = 20;

} // namespace

std::string pathWith(const std::string &path, std::initializer_list<std::pair<const char *, std::string>> query)
{
    std::string whole = path;
    char before = '?';
    for (const auto &[name, value] : query)
    {
        if (value.empty())
            continue;
        whole += before + std::string(name) + "=" + percentEncode(value);
        before = '&';
    }
    return whole;
}

Object::Ptr Client::get(const std::string &path)
{
    const Answer answer = exchange("GET", path, {}, Effect::reads);
    return readObject(answer.response, answer.exchange);
}

Array::Ptr Client::list(const std::string &path, const std::string &name)
{
    const Answer answer = exchange("GET", path, {}, Effect::reads);
    return readList(answer.response, answer.exchange, name);
}

Rows Client::page(const std::string &path, const std::string &name)
{
    const Answer answer = exchange("GET", path, {}, Effect::reads);
    return readPage(answer.response, answer.exchange, name);
}

Array::Ptr Client::everyRow(const std::string &path, const std::string &name)
{
    Array::Ptr all = new Array;
    std::set<std::string> ids;
    std::int64_t count = -1;
    for (unsigned number = 1; number <= maxPages; ++number)
    {
        const Rows some =
            page(path + "&pageinate=true&page_size=" + std::to_string(fullPage) + "&page_no=" + std::to_string(number),
                 name);
        count = std::max(count, some.count);
        const std::size_t before = all->size();
        for (unsigned i = 0; i < some.rows->size(); ++i)
            if (const Object::Ptr row = some.rows->getObject(i); row && ids.insert(textOf(*row, "id")).second)
                all->add(row);
        const bool whole = count >= 0 ? static_cast<std::int64_t>(all->size()) >= count : some.rows->size() < fullPage;
        if (whole)
            return all;
        if (all->size() == before) // Nothing new on this page: the paging does not end.
            throw psa::Error(PSA_UNAVAILABLE, "HaloPSA did not return its whole list of " + name + ".")
                .hint("Try again in some minutes, or use the id instead of the name.")
                .detail("GET " + path + ": " + std::to_string(before) + " of " + std::to_string(count));
    }
    throw psa::Error(PSA_UNAVAILABLE,
                     "HaloPSA has more than " + std::to_string(all->size()) + " " + name + " that may be meant.")
        .hint("Use the id instead of the name.")
        .detail("GET " + path + ": more than " + std::to_string(maxPages) + " pages");
}

Object::Ptr Client::createTicket(const Object &fields)
{
    return post("Tickets", fields, Effect::creates);
}

Object::Ptr Client::changeTicket(std::int64_t ticket, Object fields)
{
    fields.set("id", static_cast<Poco::Int64>(ticket));
    return post("Tickets", fields, Effect::changes);
}

Object::Ptr Client::addAction(const Object &fields)
{
    return post("Actions", fields, Effect::adds);
}

void Client::removeAction(std::int64_t ticket, std::int64_t action)
{
    const Answer answer =
        exchange("DELETE", pathWith("Actions/" + std::to_string(action), {{"ticket_id", std::to_string(ticket)}}), {},
                 Effect::removes);
    checkDone(answer.response, answer.exchange);
    constexpr std::uint32_t noContent = 204;
    if (answer.response.status != noContent && !parseObject(answer.response.body))
        throw uselessAnswer(answer.response, answer.exchange, "its response cannot be read");
}

Object::Ptr Client::post(const std::string &path, const Object &fields, Effect effect)
{
    Array one;
    one.add(Object::Ptr(new Object(fields)));
    const Answer answer = exchange("POST", path, toJson(one), effect);
    return readObject(answer.response, answer.exchange);
}

/// The host lets a changing request be repeated as it is after a 401, because nothing was done then.
Client::Answer Client::exchange(const std::string &method, const std::string &path, const std::string &body,
                                Effect effect)
{
    psa::HttpResponse response = sendOnce(method, path, body, effect);
    const bool rejected = response.answered() && response.status == 401;
    if ((rejected && !signIn_.isFresh() && signIn_.renew()) || hasNewRights(response, effect))
        response = sendOnce(method, path, body, effect);
    if (response.answered() && response.status == 401 && !signIn_.isFresh())
    {
        // Another instance had renewed the token, and that one was rejected, too. Nothing was done.
        signIn_.forget();
        throw psa::Error(PSA_UNAVAILABLE, "HaloPSA has revoked its token in the meantime.")
            .httpStatus(response.status)
            .hint("Nothing to do: the next request signs in again.");
    }
    return {std::move(response),
            {thePsa, method + " /api/" + path.substr(0, path.find('?')), configuration_.host, effect}};
}

/// A token has the permissions of the time when it was issued. After a rejection for missing ones, a read is repeated with
/// a new token; a changing request is not, but the next call gets one.
bool Client::hasNewRights(const psa::HttpResponse &response, Effect effect)
{
    if (!response.answered() || response.status != 403 || signIn_.isFresh())
        return false;
    signIn_.forget();
    return !mutates(effect) && signIn_.renew();
}

psa::HttpResponse Client::sendOnce(const std::string &method, const std::string &path, const std::string &body,
                                   Effect effect)
{
    const std::string token = signIn_.token();
    psa::HttpRequest request;
    request.method = method;
    request.url = "https://" + configuration_.host + "/api/" + path;
    request.headers = {{"Authorization", "Bearer " + token, true}, {"Accept", "application/json", false}};
    if (!body.empty())
        request.headers.push_back({"Content-Type", "application/json", false});
    request.body = body;
    request.mutates = mutates(effect);
    call_.throwIfStopped();
    return withoutSecrets(psa::send(host_, call_, request), {configuration_.clientSecret, token});
}

} // namespace psa::plugins::halopsa
