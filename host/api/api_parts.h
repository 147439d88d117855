#pragma once

#include "host/api/refusal_log.h"
#include "host/connection/connections.h"
#include "host/http/router.h"
#include "host/plugin/load_report.h"
#include "host/service/ticket_service.h"
#include "host/store/change_feed.h"
#include "host/store/store.h"

#include <functional>
#include <vector>

namespace psa::host {

struct Access;

/// What the handlers of the API work on. All of it outlives the router.
struct ApiParts
{
    Store &store;
    Connections &connections;
    TicketService &tickets;
    std::function<std::vector<LoadReport>()> plugins; ///< What became of each plugin file.
    std::function<QueueStatus(const LiveConnection &)> status;
    std::shared_ptr<const Clock> clock;
    const RefusalLog &refusals;
    ChangeFeed &changes; ///< Of the store.
};

// Each adds the routes of one kind of thing.
void addTicketRoutes(Router &router, const ApiParts &parts);
void addConnectionRoutes(Router &router, const ApiParts &parts);
void addPluginRoutes(Router &router, const ApiParts &parts);
void addAuditRoutes(Router &router, const ApiParts &parts);
void addAlertRoutes(Router &router, const ApiParts &parts);
void addRefusalRoutes(Router &router, const ApiParts &parts);
void addStatusRoutes(Router &router, const ApiParts &parts);
void addHealthRoutes(Router &router, const ApiParts &parts);
void addEventRoutes(Router &router, const ApiParts &parts);
/// Tokens and sign-in. `access` outlives the router.
void addAccessRoutes(Router &router, Access &access);

} // namespace psa::host
