#include "host/store/sqlite/ticket_upkeep.h"

#include "host/store/sqlite/ticket_rows.h"
#include "host/store/store_writer.h"
#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::host {
namespace {

std::size_t deletePlain(SqliteContext &context, Clock::Wall before, std::size_t max)
{
    return static_cast<std::size_t>(
        context.database.run("DELETE FROM ticket WHERE id IN (SELECT id FROM ticket INDEXED BY ticket_ended_plain"
                             " WHERE ended IS NOT NULL AND key_hash IS NULL AND ended < ?1 ORDER BY ended LIMIT ?2)",
                             before, static_cast<std::int64_t>(max)));
}

std::size_t deleteKeyed(SqliteContext &context, Clock::Wall before, std::size_t max)
{
    return static_cast<std::size_t>(context.database.run(
        "DELETE FROM ticket WHERE id IN (SELECT id FROM ticket INDEXED BY ticket_ended_keyed"
        " WHERE ended IS NOT NULL AND key_hash IS NOT NULL AND ended < ?1 ORDER BY ended LIMIT ?2)",
        before, static_cast<std::int64_t>(max)));
}

/// What is in one of these states, and what may be looked for at this moment.
std::string inStates(const std::string &states)
{
    return "SELECT id FROM ticket INDEXED BY ticket_list WHERE connection_id IN (SELECT id FROM connection)"
           " AND state IN (" +
           states +
           ") UNION SELECT id FROM ticket INDEXED BY ticket_to_look_for"
           " WHERE connection_id IN (SELECT id FROM connection) AND open_since IS NOT NULL AND due IS NULL";
}

} // namespace

std::size_t deleteEndedTickets(SqliteContext &context, Clock::Wall before, std::size_t max)
{
    const std::size_t plain = deletePlain(context, before, max);
    const std::size_t keyed =
        deleteKeyed(context, std::min(before, context.now() - StoreWriter::keyLifetime), max - plain);
    context.deletedKeys += keyed;
    return plain + keyed;
}

std::uint64_t recoverTickets(SqliteContext &context, bool storeIsOlder)
{
    // Kept at their place, as prepared statements want it.
    static const std::string inHand = inStates(std::to_string(static_cast<int>(TicketState::sending)));
    static const std::string notEnded = inStates(statesNotEnded());
    const std::string &sql = storeIsOlder ? notEnded : inHand;
    std::uint64_t madeUnknown = 0;
    for (const std::int64_t id : context.database.statement(sql.c_str()).integers())
    {
        StoredTicket ticket = loadKnownTicket(context, id);
        const bool wasUnknown = ticket.state == TicketState::unknown;
        if (!recover(ticket, storeIsOlder, context.now()))
            continue;
        saveTicket(context, ticket);
        madeUnknown += !wasUnknown && ticket.state == TicketState::unknown ? 1U : 0U;
    }
    return madeUnknown;
}

void loadKeys(SqliteContext &context)
{
    KeyTable keys; // the old one is good until this one is whole
    SqliteStatement rows = context.database.statement(
        "SELECT id, key_hash FROM ticket INDEXED BY ticket_key WHERE key_hash IS NOT NULL ORDER BY id");
    while (rows.next())
        keys.add(rows.integer(1), rows.integer(0));
    context.keys = std::move(keys);
    context.deletedKeys = 0;
}

} // namespace psa::host
