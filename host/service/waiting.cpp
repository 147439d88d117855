#include "host/service/waiting.h"

namespace psa::host {
namespace {

const char *textOf(Pause pause)
{
    switch (pause)
    {
    case Pause::auth:
        return "The PSA does not accept the credentials";
    case Pause::permission:
        return "The API user lacks permission in the PSA";
    case Pause::transport:
        return "The PSA is unreachable or failing";
    case Pause::lost:
        return "A call into the plugin did not return";
    case Pause::quarantine:
        return "The plugin is blocked because it crashed psa-host repeatedly";
    case Pause::none:
        break;
    }
    return "";
}

/// What is unknown is looked for also while nothing may be created.
bool keepsFrom(Pause pause, TicketState state)
{
    if (pause == Pause::none)
        return false;
    return state != TicketState::unknown || (pause != Pause::permission && pause != Pause::quarantine);
}

/// For a ticket that waits only for its turn.
Waiting turnOf(const StoredTicket &ticket)
{
    switch (ticket.state)
    {
    case TicketState::retryAt:
        return {"retry", "It could not be sent and will be retried", std::nullopt, ticket.due};
    case TicketState::unknown:
        return {"reconcile", "It may be in the PSA and will be looked up there", std::nullopt, ticket.due};
    default:
        return {"turn", "Waiting for its turn", std::nullopt, std::nullopt};
    }
}

} // namespace

std::optional<Waiting> waitingOf(const StoredTicket &ticket, const Situation &connection)
{
    if (isEnded(ticket.state) || ticket.state == TicketState::sending)
        return std::nullopt;
    if (ticket.state == TicketState::needsReview)
        return Waiting{"person", "Waiting for a decision by a human", std::nullopt, std::nullopt};
    const QueueStatus &queue = connection.queue;
    if (!connection.exists)
        return Waiting{"removed", "Its connection was removed", std::nullopt, std::nullopt};
    if (!connection.works)
        return Waiting{"broken", "Its connection cannot work", std::nullopt, std::nullopt};
    if (keepsFrom(queue.pause, ticket.state))
        return Waiting{toText(queue.pause), textOf(queue.pause), queue.since, std::nullopt};
    if (!queue.delivers)
        return Waiting{"stopped", "psa-host is not running; psa-host serve or psa-host run sends it", std::nullopt,
                       std::nullopt};
    if (queue.limitedUntil && ticket.state != TicketState::unknown)
        return Waiting{"limit", "A limit of requests to the PSA is used up", std::nullopt, queue.limitedUntil};
    return turnOf(ticket);
}

} // namespace psa::host
