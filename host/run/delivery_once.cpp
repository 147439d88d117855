#include "host/run/delivery_once.h"

#include "host/service/ticket_actions.h"
#include "host/ticket/transitions.h"

#include <limits>

namespace psa::run {
namespace {

/// Why the queue sends nothing. The code is that of a plugin's error with the same meaning, if there is one.
ticket::StateReason reasonOf(const delivery::QueueStatus &queue)
{
    const bool rejected = queue.pause == delivery::Pause::auth || queue.pause == delivery::Pause::permission;
    return {rejected ? delivery::toText(queue.pause) : "unavailable",
            queue.reason.empty() ? "It could not be sent now." : queue.reason};
}

} // namespace

void DeliveryOnce::reconcile()
{
    discardUnsent({"interrupted", "The command that submitted it ended before it was sent."});
    lookUpNow([](const ticket::StoredTicket &) { return true; });
    drive();
}

void DeliveryOnce::send()
{
    drive();
    lookUpNow([](const ticket::StoredTicket &ticket) { return ticket.state == ticket::TicketState::dead; });
    drive();
    discardUnsent(reasonOf(queue_.status()));
}

void DeliveryOnce::drive()
{
    while (const auto work = queue_.claim())
        queue_.settle(queue_.call(*work));
}

void DeliveryOnce::lookUpNow(const std::function<bool(const ticket::StoredTicket &)> &wanted)
{
    parts_.store.write([&](store::StoreWriter &writer) {
        for (ticket::StoredTicket &ticket :
             writer.ticketsToReconcile(queue_.name(), std::numeric_limits<std::int32_t>::max()))
        {
            if (!wanted(ticket))
                continue;
            ticket::reconcileNow(ticket, writer.now());
            writer.saveTicket(ticket);
        }
    });
}

void DeliveryOnce::discardUnsent(const ticket::StateReason &reason)
{
    parts_.store.write([&](store::StoreWriter &writer) {
        store::TicketQuery query;
        query.connection = queue_.name();
        query.states = {ticket::TicketState::ready, ticket::TicketState::retryAt, ticket::TicketState::held};
        for (const ticket::StoredTicket &ticket : writer.listTickets(query).tickets)
            service::discardTicket(writer, ticket.id, reason);
    });
}

} // namespace psa::run
