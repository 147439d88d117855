#include "host/store/page_cursor.h"
#include "host/store/sqlite/sqlite_session.h"

namespace psa::store {
namespace {

AuditEntry entryFrom(const SqliteStatement &row)
{
    AuditEntry entry;
    entry.id = row.integer(0);
    entry.time = row.time(1);
    entry.who = row.text(2);
    entry.action = row.text(3);
    entry.connection = row.text(4);
    if (!row.isNull(5))
        entry.ticketId = row.integer(5);
    entry.detailJson = row.text(6);
    return entry;
}

/// Each kind of query has its own index.
SqliteStatement select(SqliteDatabase &database, const AuditQuery &query, const PageCursor &start, std::int64_t from,
                       std::int64_t limit)
{
    if (!query.psaTicket.empty())
        return database.statement(
            "SELECT id, time, who, action, connection, ticket_id, detail FROM audit INDEXED BY audit_ticket"
            " WHERE time >= ?1 AND (time, id) < (?2, ?3) AND (?6 = '' OR connection = ?6)"
            " AND (?7 IS NULL OR ticket_id = ?7) AND ticket_id IN"
            " (SELECT id FROM ticket WHERE psa_id = ?5 AND psa_id <> ''"
            "  UNION SELECT id FROM ticket WHERE psa_number = ?5 AND psa_number <> '')"
            " ORDER BY time DESC, id DESC LIMIT ?4",
            from, start.time, start.id, limit, query.psaTicket, query.connection, query.ticketId);
    if (query.ticketId)
        return database.statement(
            "SELECT id, time, who, action, connection, ticket_id, detail FROM audit INDEXED BY audit_ticket"
            " WHERE time >= ?1 AND (time, id) < (?2, ?3) AND ticket_id = ?5 AND (?6 = '' OR connection = ?6)"
            " ORDER BY time DESC, id DESC LIMIT ?4",
            from, start.time, start.id, limit, *query.ticketId, query.connection);
    if (!query.connection.empty())
        return database.statement(
            "SELECT id, time, who, action, connection, ticket_id, detail FROM audit INDEXED BY audit_connection"
            " WHERE time >= ?1 AND (time, id) < (?2, ?3) AND connection <> '' AND connection = ?5"
            " ORDER BY time DESC, id DESC LIMIT ?4",
            from, start.time, start.id, limit, query.connection);
    return database.statement(
        "SELECT id, time, who, action, connection, ticket_id, detail FROM audit INDEXED BY audit_time"
        " WHERE time >= ?1 AND (time, id) < (?2, ?3) ORDER BY time DESC, id DESC LIMIT ?4",
        from, start.time, start.id, limit);
}

} // namespace

AuditPage SqliteSession::audit(const AuditQuery &query) const
{
    PageFill fill(query.limit);
    const auto until = query.until ? std::optional(toStoredTime(*query.until)) : std::nullopt;
    const PageCursor start = PageCursor::start(query.cursor, until);
    const std::int64_t from = query.from ? toStoredTime(*query.from) : std::numeric_limits<std::int64_t>::min();
    AuditPage page;
    SqliteStatement rows = select(database_, query, start, from, static_cast<std::int64_t>(query.limit) + 1);
    while (rows.next())
    {
        AuditEntry entry = entryFrom(rows);
        if (!fill.take(entry.who.size() + entry.detailJson.size()))
        {
            page.next = PageCursor{toStoredTime(page.entries.back().time), page.entries.back().id}.toText();
            break;
        }
        page.entries.push_back(std::move(entry));
    }
    return page;
}

std::int64_t SqliteSession::appendAudit(const AuditEntry &entry)
{
    database_.run("INSERT INTO audit (time, who, action, connection, ticket_id, detail)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                  now(), entry.who, entry.action, entry.connection, entry.ticketId, entry.detailJson);
    return database_.lastId();
}

std::size_t SqliteSession::deleteAudit(clock::Clock::Wall before, std::size_t max)
{
    return static_cast<std::size_t>(
        database_.run("DELETE FROM audit WHERE id IN (SELECT id FROM audit INDEXED BY audit_time"
                      " WHERE time < ?1 ORDER BY time LIMIT ?2)",
                      before, static_cast<std::int64_t>(max)));
}

} // namespace psa::store
