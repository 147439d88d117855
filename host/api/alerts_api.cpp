#include "host/alerts/alert_episodes.h"
#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/store/store_error.h"

namespace psa::api {
namespace {

using Poco::JSON::Object;

class AlertHandlers
{
public:
    explicit AlertHandlers(const ApiParts &parts)
        : connections_(parts.connections), episodes_(parts.store, parts.tickets, parts.clock)
    {
    }

    /// Alertmanager retries only after 5xx: not after 429, and notifications answered with other 4xx are lost.
    http::ApiResponse alertmanager(const http::ApiRequest &request)
    try
    {
        const auto live = connections_.get(request.parameters.at("connection"));
        if (!live->plugin)
            throw connection::ConnectionBroken(live->trouble);
        const alerts::AlertResult result =
            episodes_.notify(*live, alerts::parseAlertmanager(request.body), request.caller.name);
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("episode", alerts::toText(result.kind));
        if (result.ticketId != 0)
            body.set("ticket", result.ticketId);
        return toAnswer(body);
    }
    catch (const alerts::AlertsRefused &error)
    {
        throw http::Problem(400, "bad-alerts", "Not an alert notification", error.what())
            .at(error.pointer(), error.problem());
    }
    catch (const store::StoreError &error)
    {
        throw http::Problem(503, "store", "Cannot be stored now", error.what()).header("Retry-After", "5");
    }

    http::ApiResponse settings(const http::ApiRequest &request) const
    {
        const std::string stored = episodes_.settingsOf(connections_.get(request.parameters.at("name"))->stored);
        std::string damage;
        alerts::storedAlertSettings(stored, damage);
        if (damage.empty())
            return {200, "application/json", stored, {}};
        Object body;
        body.set("damaged", damage);
        return toAnswer(body);
    }

    http::ApiResponse setSettings(const http::ApiRequest &request)
    try
    {
        const auto live = connections_.get(request.parameters.at("name"));
        Object::Ptr object = json::givenValues(*readObject(request));
        object->remove("damaged"); // from a response that was changed and sent back
        alerts::alertSettingsFrom(*object);
        episodes_.setSettings(live->stored, json::toText(*object), request.caller.name);
        return toAnswer(*object);
    }
    catch (const alerts::AlertsRefused &error)
    {
        throw http::Problem(422, "invalid", "Invalid value", error.what()).at(error.pointer(), error.problem());
    }

private:
    connection::Connections &connections_;
    alerts::AlertEpisodes episodes_;
};

} // namespace

void addAlertRoutes(http::Router &router, const ApiParts &parts)
{
    const auto handlers = std::make_shared<AlertHandlers>(parts);
    router.add("POST", "/v1/hooks/alertmanager/{connection}", http::Scope::submit, handlers,
               &AlertHandlers::alertmanager);
    router.add("GET", "/v1/connections/{name}/alerts", http::Scope::read, handlers, &AlertHandlers::settings);
    router.add("PUT", "/v1/connections/{name}/alerts", http::Scope::admin, handlers, &AlertHandlers::setSettings);
}

} // namespace psa::api
