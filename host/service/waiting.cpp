#include "host/service/waiting.h"

#include "host/ticket/transitions.h"

namespace psa::service {
namespace {

bool keepsFrom(delivery::Pause pause, ticket::TicketWait wait)
{
    return wait == ticket::TicketWait::lookup ? !allowsLookups(pause) : pause != delivery::Pause::none;
}

/// What it waits for if nothing is wrong with its connection.
Waiting ownWait(const ticket::Progress &progress)
{
    switch (ticket::waitOf(progress.state))
    {
    case ticket::TicketWait::retry:
        return {"retry", "It could not be sent and will be retried", true, std::nullopt, progress.due};
    case ticket::TicketWait::lookup:
        return {"reconcile", "It may be in the PSA and will be looked up there", false, std::nullopt, progress.due};
    case ticket::TicketWait::decision:
        return {"person", "Waiting for a decision by a human", false, std::nullopt, std::nullopt};
    case ticket::TicketWait::turn:
    case ticket::TicketWait::nothing:
        break;
    }
    return {"turn", "Waiting for its turn", false, std::nullopt, std::nullopt};
}

std::optional<Waiting> waitOfAny(const ticket::Progress &progress, const Situation &connection)
{
    const ticket::TicketWait wait = ticket::waitOf(progress.state);
    if (wait == ticket::TicketWait::nothing)
        return std::nullopt;
    if (wait == ticket::TicketWait::decision)
        return ownWait(progress);
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
    return ownWait(progress);
}

} // namespace

std::optional<Waiting> waitingOf(const ticket::StoredTicket &ticket, const Situation &connection)
{
    return waitOfAny(ticket, connection);
}

std::optional<Waiting> waitingOf(const ticket::StoredOperation &operation, const ticket::StoredTicket &ticket,
                                 const Situation &connection)
{
    if (!ticket::waitsItsTurn(operation))
        return waitOfAny(operation, connection);
    if (ticket.state != ticket::TicketState::done)
        return Waiting{"ticket", "Waiting until its ticket is in the PSA", false, std::nullopt, std::nullopt};
    return Waiting{"turn",
                   operation.mergedInto == 0 ? "Waiting for an earlier note or change of its ticket"
                                             : "Waiting to be sent together with an earlier one of its ticket",
                   false, std::nullopt, std::nullopt};
}

} // namespace psa::service
