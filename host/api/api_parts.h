#pragma once

#include "host/api/refusal_log.h"
#include "host/connection/connections.h"
#include "host/events/definitions.h"
#include "host/http/router.h"
#include "host/plugin/load_report.h"
#include "host/service/ticket_service.h"
#include "host/store/change_feed.h"
#include "host/store/store.h"

#include <Poco/JSON/Array.h>

#include <functional>
#include <string>
#include <vector>

namespace psa::access {
struct Access;
} // namespace psa::access

namespace psa::events {
class Intake;
class NotifySettings;
class Sources;
} // namespace psa::events

namespace psa::api {

/// What the API's handlers use. All members outlive the router.
struct ApiParts
{
    store::Store &store;
    connection::Connections &connections;
    events::Definitions &definitions;
    service::TicketService &tickets;
    std::function<std::vector<plugin::LoadReport>()> plugins; ///< The load report of each plugin file.
    std::function<delivery::QueueStatus(const connection::LiveConnection &)> status;
    std::shared_ptr<const clock::Clock> clock;
    const RefusalLog &refusals;
    store::ChangeFeed &changes; ///< The store's.
    events::Sources &sources;
    events::Intake &intake;
    std::string url;                  ///< Where the API is served over the network, "https://host:port".
    std::function<bool()> isStopping; ///< It still serves, for a while.
};

/// The current state of one connection.
struct ConnectionStatus
{
    connection::Connections::Live live;
    delivery::QueueStatus queue;
    store::ConnectionCounts counts;
    net::BudgetUsage usage; ///< Empty if it does not work.
    /// The name of the host that handles it, "" = none; nullopt unless several share the store.
    std::optional<std::string> leasedBy;
};

/// Of all connections that `caller` may use, sorted by name.
std::vector<ConnectionStatus> statusOfAll(const ApiParts &parts, const http::Caller &caller);

// Each adds the routes of one kind of resource.
void addTicketRoutes(http::Router &router, const ApiParts &parts);
/// Notes and changes of tickets.
void addTicketUpdateRoutes(http::Router &router, const ApiParts &parts);
void addBulkActionRoutes(http::Router &router, const ApiParts &parts);
void addConnectionRoutes(http::Router &router, const ApiParts &parts);
/// Lists and changes of rules, windows and customers.
void addDefinitionRoutes(http::Router &router, const ApiParts &parts);
/// Without what the API adds to the document of a rule, window or customer.
void removeViewMembers(Poco::JSON::Object &document);
/// The response with a rule, window or customer that was stored.
http::ApiResponse savedAnswer(const ApiParts &parts, const events::SavedDefinition &saved, int status);
/// Trials of rules.
void addRuleRoutes(http::Router &router, const ApiParts &parts);
/// The calendar of maintenance windows.
void addWindowRoutes(http::Router &router, const ApiParts &parts);
/// Customers that are in no table.
void addCustomerRoutes(http::Router &router, const ApiParts &parts);
/// Everything that operators configure, as one document.
void addConfigurationRoutes(http::Router &router, const ApiParts &parts);
/// How humans are notified. `settings` outlives the router.
void addNotifyRoutes(http::Router &router, events::NotifySettings &settings);
void addPluginRoutes(http::Router &router, const ApiParts &parts);
void addAuditRoutes(http::Router &router, const ApiParts &parts);
void addRefusalRoutes(http::Router &router, const ApiParts &parts);
void addStatusRoutes(http::Router &router, const ApiParts &parts);
/// The hosts that share the store.
void addHostsRoutes(http::Router &router, const ApiParts &parts);
/// Sources of alerts, their presets and deliveries.
void addSourceRoutes(http::Router &router, const ApiParts &parts);
/// The webhooks of sources.
void addHookRoutes(http::Router &router, const ApiParts &parts);
void addHealthRoutes(http::Router &router, const ApiParts &parts);
void addStreamRoutes(http::Router &router, const ApiParts &parts);
/// Events of sources, and their episodes.
void addEventRoutes(http::Router &router, const ApiParts &parts);
/// The episodes of a ticket, at most 20: where it came from.
Poco::JSON::Array::Ptr originsOf(store::Store &store, std::int64_t ticketId);
/// Tokens and sign-in. `access` must outlive the router. `isConnection`: whether a connection of this name exists.
void addAccessRoutes(http::Router &router, access::Access &access,
                     std::function<bool(const std::string &name)> isConnection);

} // namespace psa::api
