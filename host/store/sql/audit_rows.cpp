#include "host/store/page_cursor.h"
#include "host/store/sql/sql_session.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace psa::store {
namespace {

AuditEntry entryFrom(const SqlStatement &row)
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
SqlStatement select(SqlDatabase &database, const AuditQuery &query, const PageCursor &start, std::int64_t from,
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

/// The next entries of each of the wanted connections, at most `limit` each, newest first.
std::vector<PageCursor> placesOf(SqlDatabase &database, const AuditQuery &query, const PageCursor &start,
                                 std::int64_t from, std::int64_t limit)
{
    std::vector<PageCursor> places;
    for (const std::string &name : *query.connections)
    {
        if (name.empty() || (!query.connection.empty() && query.connection != name))
            continue;
        SqlStatement rows = database.statement(
            "SELECT time, id FROM audit INDEXED BY audit_connection WHERE time >= ?1 AND (time, id) < (?2, ?3)"
            " AND connection <> '' AND connection = ?5 ORDER BY time DESC, id DESC LIMIT ?4",
            from, start.time, start.id, limit, name);
        while (rows.next())
            places.push_back({rows.integer(0), rows.integer(1)});
    }
    std::sort(places.begin(), places.end(), std::greater<>());
    return places;
}

/// False: the page is full, and the entry belongs to the next one.
bool addEntry(AuditPage &page, PageFill &fill, AuditEntry entry)
{
    if (fill.take(entry.who.size() + entry.detailJson.size()))
    {
        page.entries.push_back(std::move(entry));
        return true;
    }
    page.next = PageCursor{toStoredTime(page.entries.back().time), page.entries.back().id}.toText();
    return false;
}

} // namespace

AuditPage SqlSession::audit(const AuditQuery &query) const
{
    PageFill fill(query.limit);
    const auto until = query.until ? std::optional(toStoredTime(*query.until)) : std::nullopt;
    const PageCursor start = PageCursor::start(query.cursor, until);
    const std::int64_t from = query.from ? toStoredTime(*query.from) : std::numeric_limits<std::int64_t>::min();
    const auto limit = static_cast<std::int64_t>(query.limit) + 1;
    AuditPage page;
    if (query.connections && query.psaTicket.empty() && !query.ticketId)
    {
        for (const PageCursor &place : placesOf(database_, query, start, from, limit))
        {
            SqlStatement row = database_.statement(
                "SELECT id, time, who, action, connection, ticket_id, detail FROM audit WHERE id = ?1", place.id);
            if (row.next() && !addEntry(page, fill, entryFrom(row)))
                break;
        }
        return page;
    }
    // Entries that are left out below do not count.
    SqlStatement rows =
        select(database_, query, start, from, query.connections ? std::numeric_limits<std::int64_t>::max() : limit);
    while (rows.next())
    {
        AuditEntry entry = entryFrom(rows);
        if (query.connections && !query.connections->contains(entry.connection))
            continue; // of another connection whose ticket is the same in the PSA
        if (!addEntry(page, fill, std::move(entry)))
            break;
    }
    return page;
}

std::int64_t SqlSession::appendAudit(const AuditEntry &entry)
{
    const std::int64_t id =
        database_.insert("INSERT INTO audit (time, who, action, connection, ticket_id, detail)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                         now(), entry.who, entry.action, entry.connection, entry.ticketId, entry.detailJson);
    if (!entry.connection.empty())
        database_.noteConnection(entry.connection);
    return id;
}

std::size_t SqlSession::deleteAudit(clock::Clock::Wall before, std::size_t max)
{
    return static_cast<std::size_t>(
        database_.runCounted("DELETE FROM audit WHERE id IN (SELECT id FROM audit INDEXED BY audit_time"
                             " WHERE time < ?1 ORDER BY time LIMIT ?2)",
                             before, static_cast<std::int64_t>(max)));
}

} // namespace psa::store
