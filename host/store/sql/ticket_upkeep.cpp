#include "host/store/sql/progress_columns.h"
#include "host/store/sql/sql_session.h"
#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::store {
namespace {

/// `index`: of the ended tickets with or without a key, with its condition `keyed`.
std::string deletion(const std::string &index, const std::string &keyed)
{
    return "DELETE FROM ticket WHERE id IN (SELECT id FROM ticket INDEXED BY " + index +
           " WHERE ended IS NOT NULL AND " + keyed +
           " AND ended < ?1 AND NOT EXISTS (SELECT 1 FROM operation o INDEXED BY operation_notable"
           " WHERE o.ticket_id = ticket.id AND (o.ended IS NULL OR o.state NOT IN (6, 8)) AND o.ended IS NULL)"
           " ORDER BY ended LIMIT ?2) RETURNING id";
}

std::vector<std::int64_t> deletePlain(SqlDatabase &database, clock::Clock::Wall before, std::size_t max)
{
    static const std::string sql = deletion("ticket_ended_plain", "key_hash IS NULL");
    return database.statement(sql.c_str(), before, static_cast<std::int64_t>(max)).integers();
}

std::vector<std::int64_t> deleteKeyed(SqlDatabase &database, clock::Clock::Wall before, std::size_t max)
{
    static const std::string sql = deletion("ticket_ended_keyed", "key_hash IS NOT NULL");
    return database.statement(sql.c_str(), before, static_cast<std::int64_t>(max)).integers();
}

/// Tickets in one of these states, and those that may be in a lookup at this moment.
std::string inStates(const std::string &states)
{
    return "SELECT id FROM ticket INDEXED BY ticket_list WHERE connection_id IN (SELECT id FROM connection)"
           " AND state IN (" +
           states +
           ") UNION SELECT id FROM ticket INDEXED BY ticket_to_look_for"
           " WHERE connection_id IN (SELECT id FROM connection) AND open_since IS NOT NULL AND due IS NULL";
}

} // namespace

std::size_t SqlSession::deleteEndedTickets(clock::Clock::Wall before, std::size_t max)
{
    const std::vector<std::int64_t> plain = deletePlain(database_, before, max);
    const std::vector<std::int64_t> keyed =
        deleteKeyed(database_, std::min(before, now() - keyLifetime), max - plain.size());
    for (const auto *deleted : {&plain, &keyed})
        for (const std::int64_t id : *deleted)
            database_.noteTicket(id);
    forgetKeys(keyed.size());
    unindexedChanges_ += static_cast<std::int64_t>(plain.size() + keyed.size());
    return plain.size() + keyed.size();
}

std::uint64_t SqlSession::recoverTickets(bool storeIsOlder)
{
    // At a fixed address, as prepared statements require.
    static const std::string inHand = inStates(std::to_string(static_cast<int>(ticket::TicketState::sending)));
    static const std::string notEnded = inStates(statesNotEnded());
    const std::string &sql = storeIsOlder ? notEnded : inHand;
    std::uint64_t madeUnknown = 0;
    for (const std::int64_t id : database_.statement(sql.c_str()).integers())
    {
        auto ticket = ticketRow(id);
        const bool wasUnknown = ticket && ticket->state == ticket::TicketState::unknown;
        if (!ticket || !ticket::recover(*ticket, storeIsOlder, now()))
            continue;
        saveTicket(*ticket);
        madeUnknown += !wasUnknown && ticket->state == ticket::TicketState::unknown ? 1U : 0U;
    }
    return madeUnknown + recoverOperations(storeIsOlder);
}

std::optional<std::string> SqlSession::value(const std::string &name) const
{
    SqlStatement row = database_.statement("SELECT value FROM value WHERE name = ?1", name);
    return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

void SqlSession::putValue(const std::string &name, const std::string &value)
{
    database_.run("INSERT INTO value VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name,
                  SqlBlob{value});
}

} // namespace psa::store
