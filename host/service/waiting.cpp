#include "host/service/waiting.h"

namespace psa::service {
namespace {

const char *textOf(delivery::Pause pause)
{
    switch (pause)
    {
    case delivery::Pause::auth:
        return "The PSA does not accept the credentials";
    case delivery::Pause::permission:
        return "The API user lacks permission in the PSA";
    case delivery::Pause::transport:
        return "The PSA is unreachable or failing";
    case delivery::Pause::lost:
        return "A call into the plugin did not return";
    case delivery::Pause::quarantine:
        return "The plugin is blocked because it crashed psa-host repeatedly";
    case delivery::Pause::none:
        break;
    }
    return "";
}

/// Unknown tickets are looked up even while none may be created.
bool keepsFrom(delivery::Pause pause, ticket::TicketState state)
{
    if (pause == delivery::Pause::none)
        return false;
    return state != ticket::TicketState::unknown ||
           (pause != delivery::Pause::permission && pause != delivery::Pause::quarantine);
}

/// For a ticket that waits only for its turn.
Waiting turnOf(const ticket::StoredTicket &ticket)
{
    switch (ticket.state)
    {
    case ticket::TicketState::retryAt:
        return {"retry", "It could not be sent and will be retried", std::nullopt, ticket.due};
    case ticket::TicketState::unknown:
        return {"reconcile", "It may be in the PSA and will be looked up there", std::nullopt, ticket.due};
    default:
        return {"turn", "Waiting for its turn", std::nullopt, std::nullopt};
    }
}

} // namespace

std::optional<Waiting> waitingOf(const ticket::StoredTicket &ticket, const Situation &connection)
{
    if (ticket::isEnded(ticket.state) || ticket.state == ticket::TicketState::sending)
        return std::nullopt;
    if (ticket.state == ticket::TicketState::needsReview)
        return Waiting{"person", "Waiting for a decision by a human", std::nullopt, std::nullopt};
    const delivery::QueueStatus &queue = connection.queue;
    if (!connection.exists)
        return Waiting{"removed", "Its connection was removed", std::nullopt, std::nullopt};
    if (!connection.works)
        return Waiting{"broken", "Its connection cannot work", std::nullopt, std::nullopt};
    if (keepsFrom(queue.pause, ticket.state))
        return Waiting{delivery::toText(queue.pause), textOf(queue.pause), queue.since, std::nullopt};
    if (!queue.delivers)
        return Waiting{"stopped", "psa-host is not running; psa-host serve or psa-host run sends it", std::nullopt,
                       std::nullopt};
    if (queue.limitedUntil && ticket.state != ticket::TicketState::unknown)
        return Waiting{"limit", "A limit of requests to the PSA is used up", std::nullopt, queue.limitedUntil};
    return turnOf(ticket);
}

} // namespace psa::service
