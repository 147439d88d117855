#include "host/store/sqlite/ticket_attempts.h"

#include "host/store/sqlite/ticket_rows.h"
#include "host/ticket/transitions.h"

namespace psa::host {
namespace {

std::vector<std::int64_t> dueIds(SqliteContext &context, std::int64_t connectionId, const TicketClaim &claim)
{
    const auto max = static_cast<std::int64_t>(claim.max);
    if (claim.purpose == ClaimFor::looking)
        return context.database
            .statement("SELECT id FROM ticket INDEXED BY ticket_to_look_for"
                       " WHERE connection_id = ?1 AND open_since IS NOT NULL AND due <= ?2 ORDER BY due, id LIMIT ?3",
                       connectionId, context.now(), max)
            .integers();
    static const std::string toSend = "SELECT id FROM ticket INDEXED BY ticket_to_send WHERE connection_id = ?1"
                                      " AND state IN (" +
                                      statesThatAllow(TicketAction::send) +
                                      ") AND due <= ?2 AND open_since IS NULL ORDER BY due, id LIMIT ?3";
    return context.database.statement(toSend.c_str(), connectionId, context.now(), max).integers();
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
        host::claim(ticket, claim.purpose, claim.pluginBuild, context.now());
        saveTicket(context, ticket);
        loadDocuments(context, ticket);
        taken.push_back(std::move(ticket));
    }
    return taken;
}

bool settleTicket(SqliteContext &context, std::int64_t id, std::int64_t fence, const TicketSettlement &how)
{
    auto ticket = loadTicket(context, id);
    if (!ticket || !settle(*ticket, fence, how, context.now()))
        return false;
    saveTicket(context, *ticket);
    return true;
}

std::size_t releaseHeld(SqliteContext &context, const std::string &connection, std::size_t max)
{
    const auto connectionId = context.connectionId(connection);
    if (!connectionId)
        return 0;
    static const std::string held = "SELECT id FROM ticket INDEXED BY ticket_list WHERE connection_id = ?1"
                                    " AND state IN (" +
                                    statesThatAllow(TicketAction::release) +
                                    ") AND due IS NULL ORDER BY created LIMIT ?2";
    const auto ids = context.database.statement(held.c_str(), *connectionId, static_cast<std::int64_t>(max)).integers();
    for (const std::int64_t id : ids)
    {
        StoredTicket ticket = loadKnownTicket(context, id);
        release(ticket, context.now());
        saveTicket(context, ticket);
    }
    return ids.size();
}

} // namespace psa::host
