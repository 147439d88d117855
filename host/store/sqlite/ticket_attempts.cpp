#include "host/store/sqlite/ticket_attempts.h"

#include "host/store/sqlite/ticket_rows.h"
#include "host/store/store_error.h"

namespace psa::host {
namespace {

std::vector<std::int64_t> idsOf(SqliteStatement rows)
{
    std::vector<std::int64_t> ids;
    while (rows.next())
        ids.push_back(rows.integer(0));
    return ids;
}

std::vector<std::int64_t> dueIds(SqliteContext &context, std::int64_t connectionId, const TicketClaim &claim)
{
    const auto max = static_cast<std::int64_t>(claim.max);
    if (claim.purpose == ClaimFor::looking)
        return idsOf(context.database.statement(
            "SELECT id FROM ticket INDEXED BY ticket_to_look_for"
            " WHERE connection_id = ?1 AND open_since IS NOT NULL AND due <= ?2 ORDER BY due, id LIMIT ?3",
            connectionId, context.now(), max));
    return idsOf(context.database.statement("SELECT id FROM ticket INDEXED BY ticket_to_send"
                                            " WHERE connection_id = ?1 AND state IN (0, 2) AND due <= ?2"
                                            " AND open_since IS NULL ORDER BY due, id LIMIT ?3",
                                            connectionId, context.now(), max));
}

/// Somebody has claimed it and not settled it.
bool isInHand(const StoredTicket &ticket)
{
    return ticket.state == TicketState::sending || (ticket.openSince && !ticket.due);
}

void take(StoredTicket &ticket, const TicketClaim &claim, Clock::Wall now)
{
    if (claim.purpose == ClaimFor::sending)
    {
        enterState(ticket, TicketState::sending, {}, now);
        ++ticket.attempts;
    }
    else
    {
        ++ticket.fence;
        ticket.due.reset();
    }
    ticket.pluginBuild = claim.pluginBuild;
}

} // namespace

std::vector<StoredTicket> claimTickets(SqliteContext &context, const TicketClaim &claim)
{
    std::vector<StoredTicket> taken;
    const auto connectionId = context.connectionId(claim.connection);
    if (!connectionId)
        return taken;
    for (const std::int64_t id : dueIds(context, *connectionId, claim))
    {
        StoredTicket ticket = loadKnownTicket(context, id);
        take(ticket, claim, context.now());
        saveTicket(context, ticket);
        loadDocuments(context, ticket);
        taken.push_back(std::move(ticket));
    }
    return taken;
}

bool settleTicket(SqliteContext &context, std::int64_t id, std::int64_t fence, const TicketSettlement &how)
{
    if (how.state == TicketState::sending)
        throw StoreError(StoreError::Kind::invalid, "a ticket is not settled as sending; claim it again instead");
    auto ticket = loadTicket(context, id);
    if (!ticket || ticket->fence != fence || !isInHand(*ticket))
        return false;
    if (!how.attemptSpent && ticket->state == TicketState::sending)
        --ticket->attempts;
    if (ticket->state == TicketState::held && how.state == TicketState::ready)
        ticket->runBegan = context.now(); // released
    enterState(*ticket, how.state, how.reason, context.now(), how.due, how.open);
    if (how.outcome)
        ticket->outcome = *how.outcome;
    saveTicket(context, *ticket);
    return true;
}

std::size_t releaseHeld(SqliteContext &context, const std::string &connection, std::size_t max)
{
    const auto connectionId = context.connectionId(connection);
    if (!connectionId)
        return 0;
    const auto ids = idsOf(context.database.statement(
        "SELECT id FROM ticket INDEXED BY ticket_list WHERE connection_id = ?1 AND state = 3 AND due IS NULL"
        " ORDER BY created LIMIT ?2",
        *connectionId, static_cast<std::int64_t>(max)));
    for (const std::int64_t id : ids)
    {
        StoredTicket ticket = loadKnownTicket(context, id);
        if (ticket.openSince)
        {
            enterState(ticket, TicketState::held, ticket.reason, context.now(), context.now(), true);
            ticket.openSince = context.now(); // nobody could look for it before
        }
        else
            enterState(ticket, TicketState::ready, {}, context.now());
        ticket.runBegan = context.now();
        saveTicket(context, ticket);
    }
    return ids.size();
}

} // namespace psa::host
