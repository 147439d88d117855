#include "host/api/waiting.h"

namespace psa::host {
namespace {

const char *textOf(Pause pause)
{
    switch (pause)
    {
    case Pause::auth:
        return "The PSA does not accept the credentials";
    case Pause::permission:
        return "The PSA does not let the API user do this";
    case Pause::transport:
        return "The PSA is not reached, or fails";
    case Pause::lost:
        return "A call into the plugin did not return";
    case Pause::quarantine:
        return "The plugin is in quarantine: it ended psa-host again and again";
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

/// Of a ticket that nothing but its own turn keeps from moving.
Waiting turnOf(const StoredTicket &ticket)
{
    switch (ticket.state)
    {
    case TicketState::retryAt:
        return {"retry", "It could not be sent, and is sent again", std::nullopt, ticket.due};
    case TicketState::unknown:
        return {"look", "It may be in the PSA, and is looked for there", std::nullopt, ticket.due};
    default:
        return {"turn", "It is sent when its turn comes", std::nullopt, std::nullopt};
    }
}

} // namespace

std::optional<Waiting> waitingOf(const StoredTicket &ticket, const Situation &connection)
{
    if (isEnded(ticket.state) || ticket.state == TicketState::sending)
        return std::nullopt;
    if (ticket.state == TicketState::needsReview)
        return Waiting{"person", "A person decides what becomes of it", std::nullopt, std::nullopt};
    const LaneStatus &lane = connection.lane;
    if (!connection.exists)
        return Waiting{"removed", "Its connection is not there any more", std::nullopt, std::nullopt};
    if (!connection.works)
        return Waiting{"broken", "Its connection cannot work", std::nullopt, std::nullopt};
    if (keepsFrom(lane.pause, ticket.state))
        return Waiting{toText(lane.pause), textOf(lane.pause), lane.since, std::nullopt};
    if (!lane.delivers)
        return Waiting{"stopped", "psa-host does not run; psa-host serve and psa-host run send it", std::nullopt,
                       std::nullopt};
    if (lane.limitedUntil && ticket.state != TicketState::unknown)
        return Waiting{"limit", "A limit of requests to the PSA is used up", std::nullopt, lane.limitedUntil};
    return turnOf(ticket);
}

} // namespace psa::host
