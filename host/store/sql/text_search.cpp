#include "host/store/sql/text_search.h"

#include "host/store/sql/progress_columns.h"
#include "host/store/store_error.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace psa::store {
namespace {

/// A page ends after so much work without a match: the store serves nobody else meanwhile. Some 20 to 50 ms.
constexpr std::size_t maxInVain = 10000;
constexpr std::size_t filtered = 1; ///< For a ticket that a filter rejects,
constexpr std::size_t mismatch = 5; ///< and for one whose texts were read.
/// Of tickets that are not in the index yet. There are more only while it is built for an older store.
constexpr std::int64_t maxUnindexed = 8 * chunkSize;

/// To look at a ticket takes as long as to ask the index for so many marks.
constexpr std::size_t lookCost = 4;

/// A bit for each state; all if there are none.
std::int64_t bitsOf(const std::vector<ticket::TicketState> &states, std::int64_t ifNone)
{
    return states.empty() ? ifNone
                          : std::accumulate(states.begin(), states.end(), std::int64_t{0},
                                            [](std::int64_t bits, ticket::TicketState state) {
                                                return bits | std::int64_t{1} << static_cast<int>(state);
                                            });
}

std::int64_t timeOr(const std::optional<clock::Clock::Wall> &time, std::int64_t other)
{
    return time ? toStoredTime(*time) : other;
}

void checkIndexed(std::int64_t unindexed, std::int64_t last)
{
    if (last - unindexed <= maxUnindexed)
        return;
    throw StoreError(StoreError::Kind::busy,
                     "the search index of this store is still being built, " + std::to_string(100 * unindexed / last) +
                         " % of it is done; search again in a minute, or list tickets by state");
}

/// References have capital letters.
std::string upperCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char each) { return each >= 'a' && each <= 'z' ? static_cast<char>(each - 'a' + 'A') : each; });
    return text;
}

std::int64_t idByReference(SqlDatabase &database, const std::string &word)
{
    SqlStatement row =
        database.statement("SELECT id FROM ticket WHERE reference IN (?1, ?2) LIMIT 1", word, upperCase(word));
    return row.next() ? row.integer(0) : 0;
}

} // namespace

std::int64_t firstMissingChunk(SqlDatabase &database)
{
    return database.integer("SELECT coalesce((SELECT max(place) >> 32 FROM search_page) + 1, 0)");
}

ticket::StoredTicket readSearched(const SqlStatement &row)
{
    ticket::StoredTicket ticket;
    ticket.key = row.text(0);
    ticket.outcome.number = row.text(1);
    ticket.title = memberText(row.text(2), false);
    ticket.company = memberText(row.text(3), true);
    return ticket;
}

TextSearch::TextSearch(SqlDatabase &database, const TicketQuery &query, SearchWords words)
    : database_(database), query_(query), words_(std::move(words))
{
    for (const std::string &text : words_.all())
    {
        plan_.push_back({text, {}, {}, idByReference(database_, text)});
        for (const MarkRange &marks : marksOfWord(text))
            plan_.back().probes.push_back({marks});
    }
    if (!query_.connection.empty())
    {
        SqlStatement row = database_.statement("SELECT id FROM connection WHERE name = ?1", query_.connection);
        connectionId_ = row.next() ? row.integer(0) : -1;
    }
    readLabels();
}

/// The labels are not in the index, since they become known and change later than tickets.
void TextSearch::readLabels()
{
    SqlStatement rows = database_.statement("SELECT connection_id, company, label FROM company WHERE label <> ''");
    while (rows.next())
    {
        const std::string label = foldForSearch(rows.text(2));
        for (Word &word : plan_)
            if (SearchWords::isIn(word.text, label))
                word.companies.insert(markOfCompany(rows.integer(0), rows.text(1)));
    }
}

/// All tickets with a lower id follow the cursor.
std::int64_t TextSearch::upperEnd() const
{
    return query_.cursor.empty() ? std::numeric_limits<std::int64_t>::max()
                                 : PageCursor::start(query_.cursor, std::nullopt).id;
}

void TextSearch::searchAmong(std::vector<std::int64_t> ids)
{
    std::sort(ids.begin(), ids.end(), std::greater<>());
    const std::int64_t end = upperEnd();
    for (const std::int64_t id : ids)
        if (id < end && !isFull())
            lookAt(id);
}

void TextSearch::searchAll()
{
    const std::int64_t unindexed = firstMissingChunk(database_) << chunkBits;
    checkIndexed(unindexed, database_.integer("SELECT coalesce(max(id), 0) FROM ticket"));
    std::set<std::int64_t> changed;
    for (const std::int64_t id :
         database_.statement("SELECT ticket_id FROM search_changed WHERE ticket_id < ?1", upperEnd()).integers())
        changed.insert(id);
    searchUnindexed(unindexed, changed);
    const std::int64_t oldest = database_.integer("SELECT coalesce(min(place), 0) >> 32 FROM search_page");
    for (std::int64_t chunk = std::min(unindexed - 1, upperEnd() - 1) >> chunkBits; chunk >= oldest && !isFull();
         --chunk)
        searchChunk(chunk, changed);
}

/// The newest tickets, which are in no chunk yet.
void TextSearch::searchUnindexed(std::int64_t unindexed, std::set<std::int64_t> &changed)
{
    for (const std::int64_t id :
         database_.statement("SELECT id FROM ticket WHERE id >= ?1 AND id < ?2", unindexed, upperEnd()).integers())
        changed.insert(id);
    while (!isFull() && !changed.empty() && *changed.rbegin() >= unindexed)
        lookAt(changed.extract(*changed.rbegin()).value());
}

void TextSearch::searchChunk(std::int64_t chunk, std::set<std::int64_t> &changed)
{
    ChunkTickets tickets = candidates(chunk);
    const std::int64_t first = chunk << chunkBits;
    while (!changed.empty() && *changed.rbegin() >= first)
        tickets.set(static_cast<std::size_t>(changed.extract(*changed.rbegin()).value() - first));
    if (tickets.none())
        return;
    const std::int64_t end = upperEnd();
    for (std::int64_t place = chunkSize - 1; place >= 0 && !isFull(); --place)
        if (tickets.test(static_cast<std::size_t>(place)) && first + place < end)
            lookAt(first + place);
}

/// All tickets that may match, and few others.
ChunkTickets TextSearch::candidates(std::int64_t chunk)
{
    ChunkTickets tickets;
    tickets.set();
    if (connectionId_ != 0)
    {
        const SearchMark mark = markOfConnection(connectionId_);
        tickets = marked(chunk, {mark, mark});
    }
    narrow(chunk, tickets);
    for (auto word = plan_.begin(); word != plan_.end() && tickets.any(); ++word)
        if (word->isElsewhere())
            tickets &= withWord(chunk, *word);
    return tickets;
}

/// Asks for one mark of each word, then for a second one and so on, since the marks of a word say nearly the same; until it
/// would have been quicker to look at the tickets that are left.
void TextSearch::narrow(std::int64_t chunk, ChunkTickets &tickets)
{
    bool more = true;
    std::size_t further = 0;
    for (std::size_t i = 0; more; ++i)
    {
        more = false;
        for (Word &word : plan_)
        {
            if (word.isElsewhere() || i >= word.probes.size() || tickets.count() * lookCost <= further)
                continue;
            more = true;
            further += i > 0 ? 1 : 0;
            Probe &probe = word.probes[i];
            const ChunkTickets having = marked(chunk, probe.marks);
            ++probe.asked;
            probe.found += having.count();
            tickets &= having;
        }
    }
    for (Word &word : plan_)
        std::stable_sort(word.probes.begin(), word.probes.end(), std::mem_fn(&Probe::isRarerThan));
    std::stable_sort(plan_.begin(), plan_.end(),
                     [](const Word &a, const Word &b) { return a.probes.front().isRarerThan(b.probes.front()); });
}

/// One that was never asked counts as common.
bool TextSearch::Probe::isRarerThan(const Probe &other) const
{
    if (asked == 0 || other.asked == 0)
        return other.asked == 0 && asked > 0;
    return found * other.asked < other.found * asked;
}

ChunkTickets TextSearch::withWord(std::int64_t chunk, const Word &word)
{
    ChunkTickets tickets;
    tickets.set();
    for (auto probe = word.probes.begin(); probe != word.probes.end() && tickets.any(); ++probe)
        tickets &= marked(chunk, probe->marks);
    if (!word.companies.empty())
        tickets |= marked(chunk, companyMarks, &word.companies);
    if (word.idByReference >> chunkBits == chunk && word.idByReference != 0)
        tickets.set(static_cast<std::size_t>(word.idByReference & (chunkSize - 1)));
    return tickets;
}

/// The tickets of the chunk with a mark in the range, and among `wanted` if given. All of them if the index is damaged.
ChunkTickets TextSearch::marked(std::int64_t chunk, MarkRange range, const std::set<SearchMark> *wanted)
{
    ChunkTickets tickets;
    const std::int64_t base = chunk << 32;
    // The last page that begins before the range, and those that begin in it.
    SqlStatement rows =
        range.low == range.high
            ? database_.statement("SELECT place, marks FROM search_page WHERE place <= ?1 ORDER BY place DESC LIMIT 1",
                                  base | range.low)
            : database_.statement("SELECT place, marks FROM search_page WHERE place >="
                                  " (SELECT max(place) FROM search_page WHERE place <= ?1) AND place <= ?2",
                                  base | range.low, base | range.high);
    const auto isWanted = [&](SearchMark mark) { return wanted->contains(mark); };
    while (rows.next())
    {
        const std::int64_t place = rows.integer(0);
        if (place < base) // of an earlier chunk: this one does not exist
            continue;
        const SearchPage page{static_cast<SearchMark>(place - base), rows.text(1)};
        if (!readPage(page, range, wanted == nullptr ? std::function<bool(SearchMark)>() : isWanted, tickets))
            return ChunkTickets().set();
    }
    return tickets;
}

/// Takes the ticket if it matches.
void TextSearch::lookAt(std::int64_t id)
{
    if (inVain_ >= maxInVain)
    {
        found_.next = PageCursor{0, id + 1}.toText();
        return;
    }
    static const std::string sql =
        "SELECT " + std::string(searchedColumns) +
        ", t.created, t.reference, t.connection_id, c.name FROM ticket t LEFT JOIN ticket_document d ON d.id = t.id"
        " LEFT JOIN connection c ON c.id = t.connection_id"
        " WHERE t.id = ?1 AND ?2 IN (0, t.connection_id) AND t.created >= ?3 AND t.created < ?4"
        " AND (((?5 >> CAST(t.state AS INTEGER)) & 1) = 1 AND (?7 = '' OR t.reason_code = ?7)"
        "  OR (?6 <> 0 AND EXISTS (SELECT 1 FROM operation o INDEXED BY operation_of_ticket"
        "   WHERE o.ticket_id = t.id AND ((?6 >> CAST(o.state AS INTEGER)) & 1) = 1"
        "   AND (?7 = '' OR o.reason_code = ?7))))";
    SqlStatement row = database_.statement(
        sql.c_str(), id, connectionId_, timeOr(query_.from, std::numeric_limits<std::int64_t>::min()),
        timeOr(query_.until, std::numeric_limits<std::int64_t>::max()), bitsOf(query_.states, -1),
        query_.states.empty() ? std::int64_t{0} : bitsOf(query_.operationStates, 0), query_.reason);
    if (!row.next() || (query_.connections && !query_.connections->contains(row.text(7))))
    {
        inVain_ += filtered;
        return;
    }
    ticket::StoredTicket ticket = readSearched(row);
    const std::int64_t created = row.integer(4);
    ticket.reference = row.text(5);
    SqlStatement label = database_.statement("SELECT label FROM company WHERE connection_id = ?1 AND company = ?2",
                                             row.integer(6), ticket.company);
    ticket.companyLabel = label.next() ? label.text(0) : "";
    if (!words_.match(ticket))
    {
        inVain_ += mismatch;
        return;
    }
    found_.places.push_back({created, id});
}

} // namespace psa::store
