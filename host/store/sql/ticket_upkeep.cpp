#include "host/json/json_text.h"
#include "host/store/sql/progress_columns.h"
#include "host/store/sql/sql_session.h"
#include "host/ticket/transitions.h"

#include <Poco/JSON/Object.h>

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
    return recoverEach(database_.statement(sql.c_str()).integers(), operationsToRecover(storeIsOlder),
                       [&](ticket::Progress &progress) { return ticket::recover(progress, storeIsOlder, now()); });
}

std::uint64_t SqlSession::takeOverClaimed(const std::string &connection, clock::Clock::Wall quietFrom)
{
    const auto of = connectionId(connection);
    if (!of)
        return 0;
    // State 1 is TicketState::sending; the others are in a lookup.
    const auto tickets =
        database_
            .statement("SELECT id FROM ticket INDEXED BY ticket_list WHERE connection_id = ?1 AND state = 1"
                       " UNION SELECT id FROM ticket INDEXED BY ticket_to_look_for"
                       " WHERE connection_id = ?1 AND open_since IS NOT NULL AND due IS NULL",
                       *of)
            .integers();
    const auto operations = database_
                                .statement("SELECT id FROM operation INDEXED BY operation_list"
                                           " WHERE connection_id = ?1 AND state = 1"
                                           " UNION SELECT id FROM operation INDEXED BY operation_to_look_for"
                                           " WHERE connection_id = ?1 AND open_since IS NOT NULL AND due IS NULL",
                                           *of)
                                .integers();
    return recoverEach(tickets, operations,
                       [&](ticket::Progress &progress) { return ticket::takeOver(progress, quietFrom, now()); });
}

std::uint64_t SqlSession::recoverEach(const std::vector<std::int64_t> &tickets,
                                      const std::vector<std::int64_t> &operations, const Recovery &transition)
{
    std::uint64_t madeUnknown = 0;
    const auto recoverOne = [&](auto row, const auto &save) {
        const bool wasUnknown = row && row->state == ticket::TicketState::unknown;
        if (!row || !transition(*row))
            return;
        save(*row);
        madeUnknown += !wasUnknown && row->state == ticket::TicketState::unknown ? 1U : 0U;
    };
    for (const std::int64_t id : tickets)
        recoverOne(ticketRow(id), [this](const ticket::StoredTicket &row) { saveTicket(row); });
    for (const std::int64_t id : operations)
        recoverOne(operation(id), [this](const ticket::StoredOperation &row) { saveOperation(row); });
    return madeUnknown;
}

void SqlSession::noteRestored(const OpenReport &report)
{
    const std::string text = restoredText(report);
    putValue(restoredNotice, text);
    Poco::JSON::Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    detail.set("what", text);
    if (report.missing)
    {
        detail.set("firstMissing", report.missing->first);
        detail.set("lastMissing", report.missing->last);
    }
    appendAudit(auditEntry("host", "store.restored", "", json::toText(detail)));
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
