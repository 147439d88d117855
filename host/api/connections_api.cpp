#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/plugin/error_explanation.h"
#include "host/plugin/outcome_json.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

const std::set<std::string> inputMembers = {"plugin", "configuration", "ticketDefaults"};

ConnectionInput inputOf(const Object &body)
{
    return {textMember(body, "plugin"), objectMember(body, "configuration"), objectMember(body, "ticketDefaults")};
}

/// What a call of the plugin came to: its document, or its error. A failed test is a good answer to the question.
ApiResponse outcomeView(const CallOutcome &outcome, const LoadedPlugin *plugin)
{
    Object view(Poco::JSON_PRESERVE_KEY_ORDER);
    view.set("ok", outcome.ok());
    if (outcome.ok())
        view.set("result", parseStrict(outcome.result));
    else
        view.set("error", plugin == nullptr ? toJson(*outcome.error) : failureToJson(*plugin, *outcome.error));
    return toAnswer(view);
}

class ConnectionHandlers
{
public:
    explicit ConnectionHandlers(ApiParts parts) : parts_(std::move(parts)) {}

    ApiResponse list(const ApiRequest &) const
    {
        Array::Ptr all = new Array;
        for (const Connections::Live &live : parts_.connections.all())
            all->add(toView(*live, parts_.status(*live)));
        Object body;
        body.set("connections", all);
        return toAnswer(body);
    }

    ApiResponse show(const ApiRequest &request) const { return view(parts_.connections.get(nameOf(request)), 200); }

    ApiResponse put(const ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, inputMembers);
        const std::string name = nameOf(request);
        const bool isNew = parts_.connections.find(name) == nullptr;
        return view(isNew ? parts_.connections.add(name, inputOf(*body), request.caller.name)
                          : parts_.connections.change(name, inputOf(*body), request.caller.name),
                    isNew ? 201 : 200);
    }

    ApiResponse remove(const ApiRequest &request)
    {
        parts_.connections.remove(nameOf(request), request.caller.name);
        return {204, "", "", {}};
    }

    ApiResponse test(const ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, inputMembers);
        const std::string name = nameOf(request);
        const Connections::Tested tested =
            body->size() == 0 ? parts_.connections.test(name, {}, request.caller.name)
                              : parts_.connections.testUnsaved(name, inputOf(*body), {}, request.caller.name);
        return outcomeView(tested.outcome, tested.plugin.get());
    }

    ApiResponse choices(const ApiRequest &request) const
    {
        const auto live = parts_.connections.get(nameOf(request));
        if (!live->connection)
            throw ConnectionBroken(live->trouble);
        ChoicesQuery query;
        query.list = request.parameters.at("list");
        query.query = request.queryValue("query");
        query.cursor = request.queryValue("cursor");
        if (const std::string limit = request.queryValue("limit"); !limit.empty())
            query.limit = static_cast<std::uint32_t>(numberIn("limit", limit, 1, 500));
        Object dependsOn;
        for (const auto &[name, value] : request.query)
            if (name.starts_with("dependsOn."))
                dependsOn.set(name.substr(10), value);
        query.dependsOnJson = toText(dependsOn);
        return outcomeView(live->connection->listChoices(query), live->plugin.get());
    }

private:
    static std::string nameOf(const ApiRequest &request) { return request.parameters.at("name"); }

    ApiResponse view(const Connections::Live &live, int status) const
    {
        return toAnswer(*toView(*live, parts_.status(*live)), status);
    }

    ApiParts parts_;
};

} // namespace

void addConnectionRoutes(Router &router, const ApiParts &parts)
{
    const auto handlers = std::make_shared<ConnectionHandlers>(parts);
    router.add("GET", "/v1/connections", Scope::read, handlers, &ConnectionHandlers::list);
    router.add("GET", "/v1/connections/{name}", Scope::read, handlers, &ConnectionHandlers::show);
    router.add("PUT", "/v1/connections/{name}", Scope::admin, handlers, &ConnectionHandlers::put,
               Router::Waits::forPsa);
    router.add("DELETE", "/v1/connections/{name}", Scope::admin, handlers, &ConnectionHandlers::remove,
               Router::Waits::forPsa);
    router.add("POST", "/v1/connections/{name}/test", Scope::admin, handlers, &ConnectionHandlers::test,
               Router::Waits::forPsa);
    router.add("GET", "/v1/connections/{name}/choices/{list}", Scope::read, handlers, &ConnectionHandlers::choices,
               Router::Waits::forPsa);
}

} // namespace psa::host
