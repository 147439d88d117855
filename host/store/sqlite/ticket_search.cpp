#include "host/store/sqlite/ticket_search.h"

#include "host/store/sqlite/company_rows.h"
#include "host/store/sqlite/page_cursor.h"
#include "host/store/sqlite/ticket_rows.h"

#include <algorithm>
#include <functional>

namespace psa::host {
namespace {

/// Tickets of one connection in one state: what the index of the list has together.
struct Shelf
{
    std::int64_t connectionId;
    std::int64_t state;
};

bool isWanted(const TicketQuery &query, std::int64_t state)
{
    return query.states.empty() || std::any_of(query.states.begin(), query.states.end(), [&](TicketState each) {
               return static_cast<std::int64_t>(each) == state;
           });
}

std::vector<Shelf> shelvesOf(SqliteContext &context, const TicketQuery &query)
{
    std::vector<Shelf> shelves;
    SqliteStatement rows = context.database.statement("SELECT n.connection_id, n.state FROM ticket_count n"
                                                      " JOIN connection c ON c.id = n.connection_id"
                                                      " WHERE n.n > 0 AND (?1 = '' OR c.name = ?1)",
                                                      query.connection);
    while (rows.next())
        if (isWanted(query, rows.integer(1)))
            shelves.push_back({rows.integer(0), rows.integer(1)});
    return shelves;
}

/// Adds the places of the next tickets of the shelf, newest first.
void addPlaces(SqliteContext &context, const Shelf &shelf, const PageCursor &start, std::int64_t from,
               std::int64_t limit, std::vector<PageCursor> &places)
{
    SqliteStatement rows = context.database.statement(
        "SELECT created, id FROM ticket INDEXED BY ticket_list WHERE connection_id = ?1 AND state = ?2"
        " AND created >= ?3 AND (created, id) < (?4, ?5) ORDER BY created DESC, id DESC LIMIT ?6",
        shelf.connectionId, shelf.state, from, start.time, start.id, limit);
    while (rows.next())
        places.push_back({rows.integer(0), rows.integer(1)});
}

/// The same, of all tickets that are one ticket in the PSA.
std::vector<PageCursor> placesInPsa(SqliteContext &context, const TicketQuery &query, const PageCursor &start,
                                    std::int64_t from)
{
    std::vector<PageCursor> places;
    SqliteStatement rows = context.database.statement(
        "SELECT t.created, t.id, t.state FROM ticket t JOIN connection c ON c.id = t.connection_id"
        " WHERE t.id IN (SELECT id FROM ticket WHERE psa_id = ?1 AND psa_id <> ''"
        "  UNION SELECT id FROM ticket WHERE psa_number = ?1 AND psa_number <> '')"
        " AND (?2 = '' OR c.name = ?2) AND t.created >= ?3 AND (t.created, t.id) < (?4, ?5)"
        " ORDER BY t.created DESC, t.id DESC",
        query.psaTicket, query.connection, from, start.time, start.id);
    while (places.size() <= query.limit && rows.next())
        if (isWanted(query, rows.integer(2)))
            places.push_back({rows.integer(0), rows.integer(1)});
    return places;
}

std::optional<std::int64_t> stored(const std::optional<Clock::Wall> &time)
{
    return time ? std::optional(toStoredTime(*time)) : std::nullopt;
}

/// Where the oldest of the shelf was created; the shelf is not empty.
Clock::Wall oldestOf(SqliteContext &context, std::int64_t connectionId, std::int64_t state)
{
    return fromStoredTime(context.database.integer(
        "SELECT min(created) FROM ticket INDEXED BY ticket_list WHERE connection_id = ?1 AND state = ?2", connectionId,
        state));
}

/// Of its texts, as a list shows them.
std::size_t bytesOf(const StoredTicket &ticket)
{
    std::size_t bytes = ticket.title.size() + ticket.company.size() + ticket.key.size() + ticket.reason.code.size() +
                        ticket.reason.text.size() + ticket.outcome.number.size() + ticket.outcome.url.size();
    for (const std::string &warning : ticket.outcome.warnings)
        bytes += warning.size();
    return bytes;
}

/// What stands in an index and not in the table is shown as that, and not left out.
StoredTicket loadListedTicket(SqliteContext &context, const PageCursor &place)
{
    if (auto ticket = loadTicket(context, place.id))
        return std::move(*ticket);
    StoredTicket gone;
    gone.id = place.id;
    gone.state = TicketState::needsReview;
    gone.created = gone.changed = fromStoredTime(place.time);
    gone.connection = gone.reference = "unknown";
    gone.damage = "its row is gone";
    return gone;
}

} // namespace

TicketPage listTickets(SqliteContext &context, const TicketQuery &query)
{
    PageFill fill(query.limit);
    const PageCursor start = PageCursor::start(query.cursor, stored(query.until));
    const std::int64_t from = stored(query.from).value_or(std::numeric_limits<std::int64_t>::min());
    // One more than fits, which says whether there is another page.
    std::vector<PageCursor> places;
    if (!query.psaTicket.empty())
        places = placesInPsa(context, query, start, from);
    else
        for (const Shelf &shelf : shelvesOf(context, query))
            addPlaces(context, shelf, start, from, static_cast<std::int64_t>(query.limit) + 1, places);
    std::sort(places.begin(), places.end(), std::greater<>());
    TicketPage page;
    for (auto place = places.begin(); place != places.end(); ++place)
    {
        StoredTicket ticket = loadListedTicket(context, *place);
        describeTicket(context, ticket);
        if (!fill.take(bytesOf(ticket)))
        {
            page.next = std::prev(place)->toText();
            break;
        }
        page.tickets.push_back(std::move(ticket));
    }
    return page;
}

std::optional<StoredTicket> ticketWithoutNumber(SqliteContext &context, const std::string &connection)
{
    const auto connectionId = context.connectionId(connection);
    if (!connectionId)
        return std::nullopt;
    static_assert(static_cast<int>(TicketState::done) == 6); // as in the index
    SqliteStatement row =
        context.database.statement("SELECT id FROM ticket INDEXED BY ticket_without_number"
                                   " WHERE connection_id = ?1 AND state = 6 AND psa_number = '' AND number_tries < 3"
                                   " ORDER BY number_tries, id DESC LIMIT 1",
                                   *connectionId);
    return row.next() ? loadTicket(context, row.integer(0)) : std::nullopt;
}

std::vector<ConnectionDue> dueTickets(SqliteContext &context)
{
    std::vector<ConnectionDue> due;
    static const std::string sql =
        "SELECT name,"
        " (SELECT min(due) FROM ticket INDEXED BY ticket_to_send WHERE connection_id = c.id AND state IN (" +
        statesThatAllow(TicketAction::send) +
        ") AND open_since IS NULL),"
        " (SELECT min(due) FROM ticket INDEXED BY ticket_to_look_for WHERE connection_id = c.id"
        " AND open_since IS NOT NULL AND due IS NOT NULL)"
        " FROM connection c WHERE present ORDER BY name";
    SqliteStatement rows = context.database.statement(sql.c_str());
    while (rows.next())
        if (!rows.isNull(1) || !rows.isNull(2))
            due.push_back({rows.text(0), rows.optionalTime(1), rows.optionalTime(2)});
    return due;
}

bool hasTicketsToLookFor(SqliteContext &context, const std::string &connection)
{
    SqliteStatement row = context.database.statement(
        "SELECT EXISTS (SELECT 1 FROM ticket INDEXED BY ticket_to_look_for"
        " WHERE connection_id = (SELECT id FROM connection WHERE name = ?1) AND open_since IS NOT NULL"
        " AND ended IS NULL)",
        connection);
    return row.next() && row.integer(0) != 0;
}

std::vector<ConnectionCounts> countTickets(SqliteContext &context)
{
    std::vector<ConnectionCounts> counts;
    SqliteStatement rows =
        context.database.statement("SELECT c.name, c.id, n.state, n.n FROM ticket_count n"
                                   " JOIN connection c ON c.id = n.connection_id ORDER BY c.name, n.state");
    while (rows.next())
    {
        if (counts.empty() || counts.back().connection != rows.text(0))
        {
            counts.emplace_back();
            counts.back().connection = rows.text(0);
        }
        ConnectionCounts &of = counts.back();
        // As a ticket whose state cannot be read is shown.
        const TicketState state = ticketStateFrom(rows.integer(2)).value_or(TicketState::needsReview);
        const auto n = static_cast<std::uint64_t>(std::max<std::int64_t>(rows.integer(3), 0));
        of.perState.at(static_cast<std::size_t>(state)) += n;
        if (n == 0 || isEnded(state))
            continue;
        const Clock::Wall oldest = oldestOf(context, rows.integer(1), rows.integer(2));
        of.oldestOpen = std::min(of.oldestOpen.value_or(oldest), oldest);
    }
    return counts;
}

} // namespace psa::host
