#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

#include <map>
#include <mutex>

namespace psa::api {
namespace {

using events::rules::Company;
using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DefinitionKind;

constexpr std::size_t shownUnknown = 500;
constexpr std::chrono::seconds listTime{10}; ///< For one page of companies.
constexpr int mostPages = 20;
constexpr std::chrono::minutes freshFor{15}; ///< How long a list of companies is used.

/// The list of companies that the plugin offers; "" = none.
std::string companyListOf(const plugin::LoadedPlugin &plugin)
{
    const plugin::FormField *field = plugin.forms.ticketDefaults.find("company");
    return field == nullptr ? "" : field->choices;
}

/// The companies of the connection's PSA that are active; as many as can be read if it fails in between.
std::vector<Company> readCompanies(const connection::LiveConnection &live)
{
    const std::string list = live.connection ? companyListOf(*live.plugin) : "";
    std::vector<Company> companies;
    std::string cursor;
    for (int page = 0; !list.empty() && page < mostPages; ++page)
    {
        connection::CallOptions options;
        options.time = listTime;
        const plugin::CallOutcome outcome =
            live.connection->listChoices({list, "", cursor, "{}", plugin::ChoicesQuery::maxLimit}, options);
        if (!outcome.ok())
            break; // there are only fewer suggestions then
        const auto answer = json::parseStrict(outcome.result).extract<Object::Ptr>();
        const Array::Ptr items = answer->getArray("items");
        for (unsigned i = 0; i < items->size(); ++i)
            if (const Object::Ptr item = items->getObject(i); item->optValue("active", true))
                companies.push_back(
                    {live.stored.name, item->getValue<std::string>("id"), item->getValue<std::string>("label")});
        cursor = answer->optValue<std::string>("nextCursor", "");
        if (cursor.empty())
            break;
    }
    return companies;
}

/// The companies of all PSAs, read again after a while. Thread-safe.
class CompanyLists
{
public:
    std::vector<Company> all(const ApiParts &parts)
    {
        const std::lock_guard lock(mutex_);
        std::vector<Company> all;
        for (const auto &live : parts.connections.all())
        {
            List &list = lists_[live->stored.uid];
            const clock::Clock::Steady now = parts.clock->now();
            if (!list.read || list.version != live->stored.version || now - *list.read > freshFor)
                list = {now, live->stored.version, readCompanies(*live)};
            all.insert(all.end(), list.companies.begin(), list.companies.end());
        }
        return all;
    }

private:
    struct List
    {
        std::optional<clock::Clock::Steady> read;
        std::int64_t version = 0;
        std::vector<Company> companies;
    };
    std::mutex mutex_; ///< Guards lists_; held while they are read.
    std::map<std::string, List> lists_;
};

class CustomerHandlers
{
public:
    explicit CustomerHandlers(const ApiParts &parts) : parts_(parts) {}

    /// Suggests customers of the table, and companies of the PSAs.
    http::ApiResponse unknown(const http::ApiRequest &)
    {
        const auto all =
            parts_.store.read([](const store::StoreReader &reader) { return reader.unknownCustomers(shownUnknown); });
        const std::vector<Company> companies = all.empty() ? std::vector<Company>() : companies_.all(parts_);
        const auto rules = parts_.definitions.current();
        Object body;
        body.set("customers", json::arrayOf(all, [&](const store::UnknownCustomer &each) {
                     return view(each, rules->customers.suggest({each.id, each.name}, companies));
                 }));
        return toAnswer(body);
    }

    http::ApiResponse forget(const http::ApiRequest &request)
    {
        const std::string source = request.queryValue("source");
        const std::string id = request.queryValue("id");
        const std::string name = request.queryValue("name");
        const bool found = parts_.store.write([&](store::StoreWriter &writer) {
            if (!writer.forgetUnknownCustomer(source, id, name))
                return false;
            Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
            detail.set("source", source);
            detail.set("id", id);
            detail.set("name", name);
            writer.appendAudit(store::auditEntry(request.caller.name, "customer.ignore", "", json::toText(detail)));
            return true;
        });
        if (!found)
            throw http::Problem(404, "unknown-customer", "Customer not found",
                                "There is no unknown customer with this source, id and name.");
        return {204, "", "", {}};
    }

    /// One more name for a customer of the table.
    http::ApiResponse addAlias(const http::ApiRequest &request)
    {
        const Object::Ptr alias = readBody(request, {"source", "id", "name"});
        const std::string name = request.parameters.at("name");
        const auto stored = parts_.store.read(
            [&](const store::StoreReader &reader) { return reader.definition(DefinitionKind::customer, name); });
        if (!stored)
            throw events::UnknownDefinition(DefinitionKind::customer, name);
        Object::Ptr document = json::parseObject(stored->documentJson);
        Array::Ptr aliases = document->isArray("aliases") ? document->getArray("aliases") : Array::Ptr(new Array);
        aliases->add(alias);
        document->set("aliases", aliases);
        return savedAnswer(
            parts_,
            parts_.definitions.change(DefinitionKind::customer, name, *document, stored->version, request.caller.name),
            200);
    }

private:
    static Object::Ptr view(const store::UnknownCustomer &unknown,
                            const std::vector<events::rules::Suggestion> &suggestions)
    {
        Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        view->set("source", unknown.source);
        view->set("id", unknown.id);
        view->set("name", unknown.name);
        view->set("first", timeText(unknown.first));
        view->set("last", timeText(unknown.last));
        view->set("count", unknown.count);
        view->set("event", unknown.eventId);
        view->set("suggestions", json::arrayOf(suggestions, [](const events::rules::Suggestion &each) {
                      Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
                      if (!each.customer.empty())
                          one->set("customer", each.customer);
                      else
                      {
                          one->set("connection", each.company.connection);
                          one->set("company", each.company.id);
                          one->set("label", each.company.label);
                      }
                      one->set("score", each.score);
                      one->set("why", each.why);
                      return one;
                  }));
        return view;
    }

    ApiParts parts_;
    CompanyLists companies_;
};

} // namespace

void addCustomerRoutes(http::Router &router, const ApiParts &parts)
{
    using Waits = http::Router::Waits;
    const auto handlers = std::make_shared<CustomerHandlers>(parts);
    router.add("POST", "/v1/customers/{name}/aliases", http::Scope::admin, handlers, &CustomerHandlers::addAlias,
               Waits::forPsa);
    router.add("GET", "/v1/customers-unknown", http::Scope::read, handlers, &CustomerHandlers::unknown, Waits::forPsa);
    router.add("DELETE", "/v1/customers-unknown", http::Scope::admin, handlers, &CustomerHandlers::forget,
               Waits::forStore, {"source", "id", "name"});
}

} // namespace psa::api
