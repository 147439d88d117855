#include "host/service/waiting.h"

namespace psa::service {
namespace {

bool keepsFrom(delivery::Pause pause, ticket::TicketWait wait)
{
    return wait == ticket::TicketWait::lookup ? !allowsLookups(pause) : pause != delivery::Pause::none;
}

/// What a ticket waits for if nothing is wrong with its connection.
Waiting ownWait(const ticket::StoredTicket &ticket)
{
    switch (ticket::waitOf(ticket.state))
    {
    case ticket::TicketWait::retry:
        return {"retry", "It could not be sent and will be retried", true, std::nullopt, ticket.due};
    case ticket::TicketWait::lookup:
        return {"reconcile", "It may be in the PSA and will be looked up there", false, std::nullopt, ticket.due};
    case ticket::TicketWait::decision:
        return {"person", "Waiting for a decision by a human", false, std::nullopt, std::nullopt};
    case ticket::TicketWait::turn:
    case ticket::TicketWait::nothing:
        break;
    }
    return {"turn", "Waiting for its turn", false, std::nullopt, std::nullopt};
}

} // namespace

std::optional<Waiting> waitingOf(const ticket::StoredTicket &ticket, const Situation &connection)
{
    const ticket::TicketWait wait = ticket::waitOf(ticket.state);
    if (wait == ticket::TicketWait::nothing)
        return std::nullopt;
    if (wait == ticket::TicketWait::decision)
        return ownWait(ticket);
    const delivery::QueueStatus &queue = connection.queue;
    if (!connection.exists)
        return Waiting{"removed", "Its connection was removed", true, std::nullopt, std::nullopt};
    if (!connection.works)
        return Waiting{"broken", "Its connection cannot work", true, std::nullopt, std::nullopt};
    if (keepsFrom(queue.pause, wait))
        return Waiting{delivery::toText(queue.pause), sentenceOf(queue.pause), true, queue.since, std::nullopt};
    if (!queue.delivers)
        return Waiting{"stopped", "psa-host is not running; psa-host serve or psa-host run sends it", true,
                       std::nullopt, std::nullopt};
    if (queue.limitedUntil && wait != ticket::TicketWait::lookup)
        return Waiting{"limit", "A limit of requests to the PSA is used up", true, std::nullopt, queue.limitedUntil};
    return ownWait(ticket);
}

} // namespace psa::service
