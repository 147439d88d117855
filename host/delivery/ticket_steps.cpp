#include "host/delivery/ticket_steps.h"

#include "host/connection/login.h"
#include "host/delivery/breaker.h"
#include "host/ticket/transitions.h"

namespace psa::delivery {
namespace {

constexpr std::size_t releaseAtOnce = 1000;

} // namespace

std::vector<ticket::StoredTicket> claimTickets(store::StoreWriter &writer, const TicketClaim &claim)
{
    std::vector<ticket::StoredTicket> tickets = writer.dueTickets(claim.connection, claim.purpose, claim.max);
    for (ticket::StoredTicket &ticket : tickets)
    {
        ticket::claim(ticket, claim.purpose, claim.pluginBuild, writer.now());
        writer.saveTicket(ticket);
    }
    return tickets;
}

bool settleTicket(store::StoreWriter &writer, std::int64_t id, std::int64_t fence, const ticket::TicketSettlement &how)
{
    auto ticket = writer.ticketRow(id);
    if (!ticket || !ticket::settle(*ticket, fence, how, writer.now()))
        return false;
    writer.saveTicket(*ticket);
    return true;
}

std::size_t releaseHeld(store::StoreWriter &writer, const std::string &connection, std::size_t max)
{
    std::vector<ticket::StoredTicket> held = writer.heldTickets(connection, max);
    for (ticket::StoredTicket &ticket : held)
    {
        ticket::release(ticket, writer.now());
        writer.saveTicket(ticket);
    }
    std::vector<ticket::StoredOperation> operations = writer.heldOperations(connection, max - held.size());
    for (ticket::StoredOperation &operation : operations)
    {
        ticket::release(operation, writer.now());
        writer.saveOperation(operation);
    }
    return held.size() + operations.size();
}

bool noteNumber(store::StoreWriter &writer, std::int64_t id, const std::string &number, const std::string &url)
{
    auto ticket = writer.ticketRow(id);
    if (!ticket || ticket->state != ticket::TicketState::done)
        return false;
    ticket->outcome.number = number;
    ticket->outcome.url = url;
    writer.saveTicket(*ticket);
    return true;
}

void storePause(store::StoreWriter &writer, const std::string &connection, const std::string &document)
{
    const auto stored = writer.connection(connection);
    const auto test = connection::testFrom(stored ? stored->testJson : "");
    const auto refused = refusedSince(document);
    if (!test || !test->passed() || !refused || *refused >= test->time)
        writer.setBreakers(connection, document);
}

void endPause(store::Store &store, const std::string &connection)
{
    // The pause ends with the last part: after a crash before that, its next end releases what is still held.
    const auto releasePart = [&](store::StoreWriter &writer) {
        const bool isLast = releaseHeld(writer, connection, releaseAtOnce) < releaseAtOnce;
        if (isLast)
            writer.setBreakers(connection, "");
        return isLast;
    };
    while (!store.write(releasePart))
    {
    }
}

} // namespace psa::delivery
