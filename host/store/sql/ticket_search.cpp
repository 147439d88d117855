#include "host/store/page_cursor.h"
#include "host/store/sql/progress_columns.h"
#include "host/store/sql/sql_session.h"
#include "host/store/sql/text_search.h"

#include <algorithm>
#include <functional>

namespace psa::store {
namespace {

/// Tickets of one connection in one state: adjacent in the index of the list.
struct ListPartition
{
    std::int64_t connectionId;
    std::int64_t state;
};

using States = std::vector<ticket::TicketState>;

bool isAmong(const States &states, std::int64_t state)
{
    return std::any_of(states.begin(), states.end(),
                       [&](ticket::TicketState each) { return static_cast<std::int64_t>(each) == state; });
}

bool isWanted(const TicketQuery &query, std::int64_t state)
{
    return query.states.empty() || isAmong(query.states, state);
}

bool isOfWanted(const TicketQuery &query, const std::string &connection)
{
    return !query.connections || query.connections->contains(connection);
}

/// `rows`: connections and states, and the names of the connections. Those whose state `wanted` accepts.
template <class Wanted>
std::vector<ListPartition> partitions(SqlStatement rows, const TicketQuery &query, const Wanted &wanted)
{
    std::vector<ListPartition> partitions;
    while (rows.next())
        if (wanted(rows.integer(1)) && isOfWanted(query, rows.text(2)))
            partitions.push_back({rows.integer(0), rows.integer(1)});
    return partitions;
}

std::vector<ListPartition> partitionsOf(SqlDatabase &database, const TicketQuery &query)
{
    return partitions(database.statement("SELECT n.connection_id, n.state, c.name FROM ticket_count n"
                                         " JOIN connection c ON c.id = n.connection_id"
                                         " WHERE n.n > 0 AND (?1 = '' OR c.name = ?1)",
                                         query.connection),
                      query, [&](std::int64_t state) { return isWanted(query, state); });
}

/// Of operations whose tickets are wanted whatever state the tickets have.
std::vector<ListPartition> operationPartitionsOf(SqlDatabase &database, const TicketQuery &query)
{
    if (query.states.empty())
        return {};
    return partitions(database.statement("SELECT n.connection_id, n.state, c.name FROM operation_count n"
                                         " JOIN connection c ON c.id = n.connection_id"
                                         " WHERE n.n > 0 AND (?1 = '' OR c.name = ?1)",
                                         query.connection),
                      query, [&](std::int64_t state) { return isAmong(query.operationStates, state); });
}

/// One more than fits on a page, to know whether there is another one.
std::int64_t limitOf(const TicketQuery &query)
{
    return static_cast<std::int64_t>(query.limit) + 1;
}

/// Adds the positions of the next tickets of the shelf, newest first.
void addPlaces(SqlDatabase &database, const ListPartition &partition, const TicketQuery &query, const PageCursor &start,
               std::int64_t from, std::vector<PageCursor> &places)
{
    SqlStatement rows = database.statement(
        "SELECT created, id FROM ticket INDEXED BY ticket_list WHERE connection_id = ?1 AND state = ?2"
        " AND created >= ?3 AND (created, id) < (?4, ?5) AND (?7 = '' OR reason_code = ?7)"
        " ORDER BY created DESC, id DESC LIMIT ?6",
        partition.connectionId, partition.state, from, start.time, start.id, limitOf(query), query.reason);
    while (rows.next())
        places.push_back({rows.integer(0), rows.integer(1)});
}

/// The same, for the tickets of operations.
void addPlacesOfOperations(SqlDatabase &database, const ListPartition &partition, const TicketQuery &query,
                           const PageCursor &start, std::int64_t from, std::vector<PageCursor> &places)
{
    SqlStatement rows = database.statement(
        "SELECT DISTINCT ticket_created, ticket_id FROM operation INDEXED BY operation_list WHERE connection_id = ?1"
        " AND state = ?2 AND ticket_created >= ?3 AND (ticket_created, ticket_id) < (?4, ?5)"
        " AND (?7 = '' OR reason_code = ?7) ORDER BY ticket_created DESC, ticket_id DESC LIMIT ?6",
        partition.connectionId, partition.state, from, start.time, start.id, limitOf(query), query.reason);
    while (rows.next())
        places.push_back({rows.integer(0), rows.integer(1)});
}

/// Whether the ticket has an operation in one of the states for which tickets are listed as well.
bool hasWantedOperation(SqlDatabase &database, const TicketQuery &query, std::int64_t ticketId)
{
    if (query.states.empty() || query.operationStates.empty())
        return false;
    SqlStatement rows = database.statement("SELECT DISTINCT state FROM operation INDEXED BY operation_of_ticket"
                                           " WHERE ticket_id = ?1 AND (?2 = '' OR reason_code = ?2)",
                                           ticketId, query.reason);
    while (rows.next())
        if (isAmong(query.operationStates, rows.integer(0)))
            return true;
    return false;
}

/// The same, for all tickets that are the same ticket in the PSA.
std::vector<PageCursor> placesInPsa(SqlDatabase &database, const TicketQuery &query, const PageCursor &start,
                                    std::int64_t from)
{
    std::vector<PageCursor> places;
    SqlStatement rows =
        database.statement("SELECT t.created, t.id, t.state, t.reason_code, c.name"
                           " FROM ticket t JOIN connection c ON c.id = t.connection_id"
                           " WHERE t.id IN (SELECT id FROM ticket WHERE psa_id = ?1 AND psa_id <> ''"
                           "  UNION SELECT id FROM ticket WHERE psa_number = ?1 AND psa_number <> '')"
                           " AND (?2 = '' OR c.name = ?2) AND t.created >= ?3 AND (t.created, t.id) < (?4, ?5)"
                           " ORDER BY t.created DESC, t.id DESC",
                           query.psaTicket, query.connection, from, start.time, start.id);
    while (places.size() <= query.limit && rows.next())
    {
        const bool hasReason = query.reason.empty() || rows.text(3) == query.reason;
        const bool itself = isWanted(query, rows.integer(2)) && hasReason;
        if (isOfWanted(query, rows.text(4)) && (itself || hasWantedOperation(database, query, rows.integer(1))))
            places.push_back({rows.integer(0), rows.integer(1)});
    }
    return places;
}

/// The same, for all tickets.
std::vector<PageCursor> placesInLists(SqlDatabase &database, const TicketQuery &query, const PageCursor &start,
                                      std::int64_t from)
{
    std::vector<PageCursor> places;
    for (const ListPartition &partition : partitionsOf(database, query))
        addPlaces(database, partition, query, start, from, places);
    for (const ListPartition &partition : operationPartitionsOf(database, query))
        addPlacesOfOperations(database, partition, query, start, from, places);
    std::sort(places.begin(), places.end(), std::greater<>());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

/// The tickets that the filters of the query leave, if they are few; nullopt: many, or there are no filters.
std::optional<std::vector<std::int64_t>> fewTickets(SqlDatabase &database, TicketQuery query)
{
    if (query.psaTicket.empty() && query.states.empty() && query.connection.empty())
        return std::nullopt;
    constexpr std::size_t few = 4000;
    query.limit = few;
    constexpr PageCursor newest;
    constexpr std::int64_t oldest = std::numeric_limits<std::int64_t>::min();
    const auto places = !query.psaTicket.empty() ? placesInPsa(database, query, newest, oldest)
                                                 : placesInLists(database, query, newest, oldest);
    if (places.size() > few)
        return std::nullopt;
    std::vector<std::int64_t> ids;
    for (const PageCursor &place : places)
        ids.push_back(place.id);
    return ids;
}

/// The tickets that have all words and pass all filters of the query.
TextSearch::Found placesOfWords(SqlDatabase &database, const TicketQuery &query, const SearchWords &words)
{
    TextSearch search(database, query, words);
    const auto few = fewTickets(database, query);
    if (few)
        search.searchAmong(*few);
    else
        search.searchAll();
    return search.take();
}

std::optional<std::int64_t> stored(const std::optional<clock::Clock::Wall> &time)
{
    return time ? std::optional(toStoredTime(*time)) : std::nullopt;
}

/// When the oldest of the shelf was created; the shelf is not empty.
clock::Clock::Wall oldestOf(SqlDatabase &database, std::int64_t connectionId, std::int64_t state)
{
    return fromStoredTime(database.integer(
        "SELECT min(created) FROM ticket INDEXED BY ticket_list WHERE connection_id = ?1 AND state = ?2", connectionId,
        state));
}

/// One that does not exist is counted like a ticket with an unreadable state.
ticket::TicketState shownState(std::int64_t state)
{
    return ticket::ticketStateFrom(state).value_or(ticket::TicketState::needsReview);
}

std::uint64_t shownCount(std::int64_t n)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(n, 0));
}

void countOperations(SqlDatabase &database, ConnectionCounts &of)
{
    SqlStatement rows = database.statement("SELECT n.state, n.n FROM operation_count n"
                                           " JOIN connection c ON c.id = n.connection_id WHERE c.name = ?1",
                                           of.connection);
    while (rows.next())
        of.operations.at(static_cast<std::size_t>(shownState(rows.integer(0)))) += shownCount(rows.integer(1));
}

/// Size of its texts, as in a list.
std::size_t bytesOf(const ticket::StoredTicket &ticket)
{
    std::size_t bytes = ticket.title.size() + ticket.company.size() + ticket.key.size() + ticket.reason.code.size() +
                        ticket.reason.text.size() + ticket.outcome.number.size() + ticket.outcome.url.size();
    for (const std::string &warning : ticket.outcome.warnings)
        bytes += warning.size();
    return bytes;
}

/// An entry of an index without a row is shown as that, not left out.
ticket::StoredTicket missingTicket(const PageCursor &place)
{
    ticket::StoredTicket gone;
    gone.id = place.id;
    gone.state = ticket::TicketState::needsReview;
    gone.created = gone.changed = fromStoredTime(place.time);
    gone.connection = gone.reference = "unknown";
    gone.damage = "its row is gone";
    return gone;
}

} // namespace

TicketPage SqlSession::listTickets(const TicketQuery &query) const
{
    PageFill fill(query.limit);
    const PageCursor start = PageCursor::start(query.cursor, stored(query.until));
    const std::int64_t from = stored(query.from).value_or(std::numeric_limits<std::int64_t>::min());
    const SearchWords words(query.text);
    TextSearch::Found found;
    if (!words.all().empty())
        found = placesOfWords(database_, query, words);
    else
        found.places = !query.psaTicket.empty() ? placesInPsa(database_, query, start, from)
                                                : placesInLists(database_, query, start, from);
    const std::vector<PageCursor> &places = found.places;
    TicketPage page;
    page.next = found.next;
    for (auto place = places.begin(); place != places.end(); ++place)
    {
        auto row = ticketRow(place->id);
        ticket::StoredTicket ticket = row ? std::move(*row) : missingTicket(*place);
        describeTicket(ticket);
        ticket.operationStates = operationStatesOf(ticket.id);
        if (!fill.take(bytesOf(ticket)))
        {
            page.next = std::prev(place)->toText();
            break;
        }
        page.tickets.push_back(std::move(ticket));
    }
    return page;
}

std::optional<ticket::StoredTicket> SqlSession::ticketWithoutNumber(const std::string &connection) const
{
    const auto of = connectionId(connection);
    if (!of)
        return std::nullopt;
    static_assert(static_cast<int>(ticket::TicketState::done) == 6); // as in the index
    SqlStatement row =
        database_.statement("SELECT id FROM ticket INDEXED BY ticket_without_number"
                            " WHERE connection_id = ?1 AND state = 6 AND psa_number = '' AND number_tries < 3"
                            " ORDER BY number_tries, id DESC LIMIT 1",
                            *of);
    return row.next() ? ticketRow(row.integer(0)) : std::nullopt;
}

ConnectionDue SqlSession::due(const std::string &connection) const
{
    static const std::string toSend = "SELECT min(due) FROM ticket INDEXED BY ticket_to_send WHERE connection_id = ?1"
                                      " AND state IN (" +
                                      statesThatAllow(ticket::TicketAction::send) + ") AND open_since IS NULL";
    const auto of = connectionId(connection);
    if (!of)
        return {};
    const auto earliest = [&](const char *sql) {
        SqlStatement row = database_.statement(sql, *of);
        row.next();
        return row.optionalTime(0);
    };
    ConnectionDue due = dueOfOperations(*of);
    const auto take = [](std::optional<clock::Clock::Wall> &time, const std::optional<clock::Clock::Wall> &other) {
        if (other)
            time = std::min(time.value_or(*other), *other);
    };
    take(due.sending, earliest(toSend.c_str()));
    take(due.reconciling, earliest("SELECT min(due) FROM ticket INDEXED BY ticket_to_look_for WHERE connection_id = ?1"
                                   " AND open_since IS NOT NULL AND due IS NOT NULL"));
    return due;
}

std::vector<ConnectionCounts> SqlSession::counts() const
{
    std::vector<ConnectionCounts> counts;
    SqlStatement rows = database_.statement("SELECT c.name, c.id, n.state, n.n FROM ticket_count n"
                                            " JOIN connection c ON c.id = n.connection_id ORDER BY c.name, n.state");
    while (rows.next())
    {
        if (counts.empty() || counts.back().connection != rows.text(0))
        {
            counts.emplace_back();
            counts.back().connection = rows.text(0);
        }
        ConnectionCounts &of = counts.back();
        const ticket::TicketState state = shownState(rows.integer(2));
        const std::uint64_t n = shownCount(rows.integer(3));
        of.perState.at(static_cast<std::size_t>(state)) += n;
        if (n == 0 || ticket::isEnded(state))
            continue;
        const clock::Clock::Wall oldest = oldestOf(database_, rows.integer(1), rows.integer(2));
        of.oldestOpen = std::min(of.oldestOpen.value_or(oldest), oldest);
    }
    for (ConnectionCounts &of : counts)
        countOperations(database_, of);
    return counts;
}

} // namespace psa::store
