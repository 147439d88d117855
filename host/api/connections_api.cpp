#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/plugin/outcome_json.h"

#include <Poco/JSON/Array.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

const std::set<std::string> inputMembers = {"plugin", "configuration", "ticketDefaults", "updates"};

connection::ConnectionInput inputOf(const Object &body)
{
    return {textMember(body, "plugin"), objectMember(body, "configuration"), objectMember(body, "ticketDefaults"),
            objectMember(body, "updates")};
}

/// The result of a plugin call: its document, or its error. A failed test is a valid answer to the question.
http::ApiResponse outcomeView(const plugin::CallOutcome &outcome, const plugin::LoadedPlugin *plugin)
{
    Object view(Poco::JSON_PRESERVE_KEY_ORDER);
    view.set("ok", outcome.ok());
    if (outcome.ok())
        view.set("result", json::parseStrict(outcome.result));
    else
        view.set("error",
                 plugin == nullptr ? plugin::toJson(*outcome.error) : plugin::failureToJson(*plugin, *outcome.error));
    return toAnswer(view);
}

class ConnectionHandlers
{
public:
    explicit ConnectionHandlers(ApiParts parts) : parts_(std::move(parts)) {}

    http::ApiResponse list(const http::ApiRequest &request) const
    {
        Array::Ptr connections = new Array;
        for (const connection::Connections::Live &live : parts_.connections.all())
            if (request.caller.mayUse(live->stored.name))
                connections->add(toView(*live, parts_.status(*live)));
        Object body;
        body.set("connections", connections);
        return toAnswer(body);
    }

    http::ApiResponse show(const http::ApiRequest &request) const
    {
        return view(parts_.connections.get(nameOf(request)), 200);
    }

    http::ApiResponse put(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, inputMembers);
        const std::string name = nameOf(request);
        const bool isNew = parts_.connections.find(name) == nullptr;
        return view(isNew ? parts_.connections.add(name, inputOf(*body), request.caller.name)
                          : parts_.connections.change(name, inputOf(*body), request.caller.name),
                    isNew ? 201 : 200);
    }

    http::ApiResponse remove(const http::ApiRequest &request)
    {
        parts_.connections.remove(nameOf(request), request.caller.name);
        return {204, "", "", {}};
    }

    http::ApiResponse test(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, inputMembers);
        const std::string name = nameOf(request);
        const connection::Connections::Tested tested =
            body->size() == 0 ? parts_.connections.test(name, {}, request.caller.name)
                              : parts_.connections.testUnsaved(name, inputOf(*body), {}, request.caller.name);
        return outcomeView(tested.outcome, tested.plugin.get());
    }

    http::ApiResponse choices(const http::ApiRequest &request) const
    {
        const auto live = parts_.connections.get(nameOf(request));
        if (!live->connection)
            throw connection::ConnectionBroken(live->trouble);
        plugin::ChoicesQuery query;
        query.list = request.parameters.at("list");
        query.query = request.queryValue("query");
        query.cursor = request.queryValue("cursor");
        if (const std::string limit = request.queryValue("limit"); !limit.empty())
            query.limit = static_cast<std::uint32_t>(numberIn("limit", limit, 1, plugin::ChoicesQuery::maxLimit));
        Object dependsOn;
        for (const auto &[name, value] : request.query)
            if (name.starts_with("dependsOn."))
                dependsOn.set(name.substr(10), value);
        query.dependsOnJson = json::toText(dependsOn);
        return outcomeView(live->connection->listChoices(query), live->plugin.get());
    }

private:
    static std::string nameOf(const http::ApiRequest &request) { return request.parameters.at("name"); }

    http::ApiResponse view(const connection::Connections::Live &live, int status) const
    {
        return toAnswer(*toView(*live, parts_.status(*live)), status);
    }

    ApiParts parts_;
};

} // namespace

void addConnectionRoutes(http::Router &router, const ApiParts &parts)
{
    const auto handlers = std::make_shared<ConnectionHandlers>(parts);
    router.add("GET", "/v1/connections", http::Scope::read, handlers, &ConnectionHandlers::list);
    router.add("GET", "/v1/connections/{name}", http::Scope::read, handlers, &ConnectionHandlers::show);
    router.add("PUT", "/v1/connections/{name}", http::Scope::admin, handlers, &ConnectionHandlers::put,
               http::Router::Waits::forPsa);
    router.add("DELETE", "/v1/connections/{name}", http::Scope::admin, handlers, &ConnectionHandlers::remove,
               http::Router::Waits::forPsa);
    router.add("POST", "/v1/connections/{name}/test", http::Scope::admin, handlers, &ConnectionHandlers::test,
               http::Router::Waits::forPsa);
    router.add("GET", "/v1/connections/{name}/choices/{list}", http::Scope::read, handlers,
               &ConnectionHandlers::choices, http::Router::Waits::forPsa, {"query", "cursor", "limit", "dependsOn."});
}

} // namespace psa::api
