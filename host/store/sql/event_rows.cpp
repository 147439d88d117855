#include "host/store/page_cursor.h"
#include "host/store/search_words.h"
#include "host/store/sql/sql_session.h"

#include <algorithm>
#include <limits>

namespace psa::store {
namespace {

/// Of a list, at most, so that filters that fit few rows do not hold up other callers: some 20 ms.
constexpr std::int64_t maxEventsLookedAt = 10000;

/// The columns of eventFrom().
constexpr const char *eventColumns =
    "SELECT e.id, e.delivery_id, e.source_id, e.episode_id, e.ticket_id, e.received, e.source, e.kind, e.severity,"
    " e.decision, e.customer, e.customer_id, e.title, e.event_key, d.document, d.decision"
    " FROM event e LEFT JOIN event_document d ON d.id = e.id ";

StoredEvent eventFrom(const SqlStatement &row)
{
    StoredEvent found;
    found.id = row.integer(0);
    found.deliveryId = row.integer(1);
    found.sourceId = row.integer(2);
    found.episodeId = row.integer(3);
    found.ticketId = row.integer(4);
    found.received = row.time(5);
    found.source = row.text(6);
    found.kind = row.text(7);
    found.severity = row.text(8);
    found.decision = row.text(9);
    found.customer = row.text(10);
    found.customerId = row.text(11);
    found.title = row.text(12);
    found.key = row.text(13);
    found.documentJson = row.text(14);
    found.decisionJson = row.text(15);
    return found;
}

std::size_t bytesOf(const StoredEvent &event)
{
    return event.title.size() + event.key.size() + event.documentJson.size() + event.decisionJson.size();
}

/// A list of the rows that `index` has for `condition` on ?5.
std::string eventList(const std::string &index, const std::string &condition)
{
    return "SELECT id, received, delivery_id, source_id, episode_id, ticket_id, kind, decision, customer, title,"
           " event_key FROM event INDEXED BY " +
           index + " WHERE " + condition +
           " AND received >= ?3 AND (received, id) < (?1, ?2) ORDER BY received DESC, id DESC LIMIT ?4";
}

/// By the index that leaves the fewest rows to look at.
SqlStatement selectEvents(SqlDatabase &database, const EventQuery &query, const PageCursor &start)
{
    static const std::string ofDelivery = eventList("event_of_delivery", "delivery_id = ?5");
    static const std::string ofEpisode = eventList("event_of_episode", "episode_id <> 0 AND episode_id = ?5");
    static const std::string ofTicket = eventList("event_of_ticket", "ticket_id <> 0 AND ticket_id = ?5");
    static const std::string ofCustomer = eventList("event_of_customer", "customer <> '' AND lower(customer) = ?5");
    static const std::string ofSource = eventList("event_of_source", "source_id = ?5");
    static const std::string all = eventList("event_received", "?5 = 0");
    const auto select = [&](const std::string &sql, const auto &value) {
        const std::int64_t from = query.from ? toStoredTime(*query.from) : std::numeric_limits<std::int64_t>::min();
        return database.statement(sql.c_str(), start.time, start.id, from, maxEventsLookedAt, value);
    };
    if (query.deliveryId != 0)
        return select(ofDelivery, query.deliveryId);
    if (query.episodeId != 0)
        return select(ofEpisode, query.episodeId);
    if (query.ticketId != 0)
        return select(ofTicket, query.ticketId);
    if (!query.customer.empty())
        return select(ofCustomer, lowerAscii(query.customer));
    return query.sourceId != 0 ? select(ofSource, query.sourceId) : select(all, std::int64_t{0});
}

bool isWanted(std::int64_t wanted, std::int64_t found)
{
    return wanted == 0 || wanted == found;
}

bool isSameCustomer(const std::string &one, const std::string &other)
{
    return lowerAscii(one) == lowerAscii(other);
}

/// Whether a row of eventList() passes all filters except those of time.
bool eventPasses(const SqlStatement &row, const EventQuery &query, const SearchWords &words)
{
    if (!isWanted(query.deliveryId, row.integer(2)) || !isWanted(query.sourceId, row.integer(3)) ||
        !isWanted(query.episodeId, row.integer(4)) || !isWanted(query.ticketId, row.integer(5)))
        return false;
    if ((!query.kind.empty() && query.kind != row.text(6)) ||
        (!query.decision.empty() && query.decision != row.text(7)) ||
        (!query.customer.empty() && !isSameCustomer(query.customer, row.text(8))))
        return false;
    if (words.all().empty())
        return true;
    const std::string folded = foldForSearch(" " + row.text(8) + " " + row.text(9) + " " + row.text(10) + " ");
    return std::all_of(words.all().begin(), words.all().end(),
                       [&](const std::string &word) { return SearchWords::isIn(word, folded); });
}

} // namespace

std::optional<StoredEvent> SqlSession::event(std::int64_t id) const
{
    static const std::string sql = std::string(eventColumns) + "WHERE e.id = ?1";
    SqlStatement row = database_.statement(sql.c_str(), id);
    return row.next() ? std::optional(eventFrom(row)) : std::nullopt;
}

EventPage SqlSession::listEvents(const EventQuery &query) const
{
    PageFill fill(query.limit);
    const SearchWords words(query.text);
    const auto until = query.until ? std::optional(toStoredTime(*query.until)) : std::nullopt;
    EventPage page;
    PageCursor last;
    std::int64_t lookedAt = 0;
    SqlStatement rows = selectEvents(database_, query, PageCursor::start(query.cursor, until));
    while (rows.next())
    {
        if (eventPasses(rows, query, words))
        {
            auto found = event(rows.integer(0)).value();
            if (!fill.take(bytesOf(found)))
            {
                page.next = last.toText();
                break;
            }
            page.events.push_back(std::move(found));
        }
        last = {rows.integer(1), rows.integer(0)};
        if (++lookedAt == maxEventsLookedAt)
            page.next = last.toText();
    }
    return page;
}

std::vector<StoredEvent> SqlSession::eventsSince(clock::Clock::Wall since, std::int64_t afterId, std::size_t max) const
{
    static const std::string sql =
        std::string(eventColumns) + "WHERE e.id > ?1 AND e.received >= ?2 ORDER BY e.id LIMIT ?3";
    std::vector<StoredEvent> found;
    std::int64_t after = afterId;
    {
        // Ids grow with time, so none before this one is looked at.
        SqlStatement first = database_.statement(
            "SELECT id FROM event INDEXED BY event_received WHERE received >= ?1 ORDER BY received, id LIMIT 1", since);
        if (!first.next())
            return found;
        after = std::max(after, first.integer(0) - 1);
    }
    SqlStatement rows = database_.statement(sql.c_str(), after, since, static_cast<std::int64_t>(max));
    for (std::size_t bytes = 0; bytes < maxPageBytes && rows.next(); bytes += bytesOf(found.back()))
        found.push_back(eventFrom(rows));
    return found;
}

std::int64_t SqlSession::addEvent(const StoredEvent &event)
{
    const std::int64_t id = database_.insert(
        "INSERT INTO event (delivery_id, source_id, episode_id, ticket_id, received, source, kind, severity,"
        " decision, customer, customer_id, title, event_key)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        event.deliveryId, event.sourceId, event.episodeId, event.ticketId, event.received, event.source, event.kind,
        event.severity, event.decision, event.customer, event.customerId, event.title, event.key);
    database_.run("INSERT INTO event_document VALUES (?1, ?2, ?3)", id, event.documentJson, event.decisionJson);
    return id;
}

void SqlSession::saveEvent(const StoredEvent &event)
{
    database_.run("UPDATE event SET episode_id = ?2, ticket_id = ?3, decision = ?4 WHERE id = ?1", event.id,
                  event.episodeId, event.ticketId, event.decision);
    database_.run("UPDATE event_document SET decision = ?2 WHERE id = ?1", event.id, event.decisionJson);
}

} // namespace psa::store
