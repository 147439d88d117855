#include "host/alerts/alert_episodes.h"
#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/given_values.h"
#include "host/json/json_text.h"
#include "host/store/store_error.h"

namespace psa::host {
namespace {

using Poco::JSON::Object;

class AlertHandlers
{
public:
    explicit AlertHandlers(const ApiParts &parts)
        : connections_(parts.connections), episodes_(parts.store, parts.tickets, parts.clock)
    {
    }

    /// Alertmanager sends again after 5xx alone: not after 429, and what it gets 4xx for is lost to it.
    ApiResponse alertmanager(const ApiRequest &request)
    try
    {
        const auto live = connections_.get(request.parameters.at("connection"));
        if (!live->plugin)
            throw ConnectionBroken(live->trouble);
        const AlertResult result = episodes_.notify(*live, parseAlertmanager(request.body), request.caller.name);
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("episode", toText(result.kind));
        if (result.ticketId != 0)
            body.set("ticket", result.ticketId);
        return toAnswer(body);
    }
    catch (const AlertsRefused &error)
    {
        throw Problem(400, "bad-alerts", "Not an alert notification", error.what())
            .at(error.pointer(), error.problem());
    }
    catch (const StoreError &error)
    {
        throw Problem(503, "store", "Cannot be stored now", error.what()).header("Retry-After", "5");
    }

    ApiResponse settings(const ApiRequest &request) const
    {
        const std::string stored = episodes_.settingsOf(connections_.get(request.parameters.at("name"))->stored);
        std::string damage;
        keptAlertSettings(stored, damage);
        if (damage.empty())
            return {200, "application/json", stored, {}};
        Object body;
        body.set("damaged", damage);
        return toAnswer(body);
    }

    ApiResponse setSettings(const ApiRequest &request)
    try
    {
        const auto live = connections_.get(request.parameters.at("name"));
        Object::Ptr object = givenValues(*readObject(request));
        object->remove("damaged"); // of an answer that was changed and sent back
        alertSettingsFrom(*object);
        episodes_.setSettings(live->stored, toText(*object), request.caller.name);
        return toAnswer(*object);
    }
    catch (const AlertsRefused &error)
    {
        throw Problem(422, "invalid", "Invalid value", error.what()).at(error.pointer(), error.problem());
    }

private:
    Connections &connections_;
    AlertEpisodes episodes_;
};

} // namespace

void addAlertRoutes(Router &router, const ApiParts &parts)
{
    const auto handlers = std::make_shared<AlertHandlers>(parts);
    router.add("POST", "/v1/hooks/alertmanager/{connection}", Scope::submit, handlers, &AlertHandlers::alertmanager);
    router.add("GET", "/v1/connections/{name}/alerts", Scope::read, handlers, &AlertHandlers::settings);
    router.add("PUT", "/v1/connections/{name}/alerts", Scope::admin, handlers, &AlertHandlers::setSettings);
}

} // namespace psa::host
