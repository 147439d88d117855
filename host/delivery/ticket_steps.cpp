#include "host/delivery/ticket_steps.h"

#include "host/ticket/transitions.h"

namespace psa::host {
namespace {

constexpr std::size_t releaseAtOnce = 1000;

} // namespace

std::vector<StoredTicket> claimTickets(StoreWriter &writer, const TicketClaim &claim)
{
    std::vector<StoredTicket> tickets = writer.dueTickets(claim.connection, claim.purpose, claim.max);
    for (StoredTicket &ticket : tickets)
    {
        host::claim(ticket, claim.purpose, claim.pluginBuild, writer.now());
        writer.saveTicket(ticket);
    }
    return tickets;
}

bool settleTicket(StoreWriter &writer, std::int64_t id, std::int64_t fence, const TicketSettlement &how)
{
    auto ticket = writer.ticketRow(id);
    if (!ticket || !settle(*ticket, fence, how, writer.now()))
        return false;
    writer.saveTicket(*ticket);
    return true;
}

std::size_t releaseHeld(StoreWriter &writer, const std::string &connection, std::size_t max)
{
    std::vector<StoredTicket> held = writer.heldTickets(connection, max);
    for (StoredTicket &ticket : held)
    {
        release(ticket, writer.now());
        writer.saveTicket(ticket);
    }
    return held.size();
}

bool noteNumber(StoreWriter &writer, std::int64_t id, const std::string &number, const std::string &url)
{
    auto ticket = writer.ticketRow(id);
    if (!ticket || ticket->state != TicketState::done)
        return false;
    ticket->outcome.number = number;
    ticket->outcome.url = url;
    writer.saveTicket(*ticket);
    return true;
}

void endPause(Store &store, const std::string &connection)
{
    store.write([&](StoreWriter &writer) { writer.setBreakers(connection, ""); });
    std::size_t released = releaseAtOnce;
    while (released == releaseAtOnce)
        released = store.write([&](StoreWriter &writer) { return releaseHeld(writer, connection, releaseAtOnce); });
}

} // namespace psa::host
