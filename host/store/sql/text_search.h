#pragma once

#include "host/store/page_cursor.h"
#include "host/store/search_words.h"
#include "host/store/sql/search_chunk.h"
#include "host/store/sql/sql_database.h"
#include "host/store/ticket_query.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::store {

/// What searchedTexts() needs, of a ticket with the alias t and its documents with the alias d.
constexpr const char *searchedColumns = "t.key, t.psa_number,"
                                        " CASE WHEN json_valid(d.request) THEN d.request -> '$.title' END,"
                                        " CASE WHEN json_valid(d.ticket) THEN d.ticket -> '$.company' END";
/// Reads them from the first column on.
ticket::StoredTicket readSearched(const SqlStatement &row);

/// The first chunk that was never written; nor was any later one.
std::int64_t firstMissingChunk(SqlDatabase &database);

/// Finds the tickets with certain words, newest first by their ids: an index says which tickets may have them, and each of
/// these is looked at.
class TextSearch
{
public:
    /// `query`: with a text that has words; connection and states count, too. Throws StoreError (invalid).
    TextSearch(SqlDatabase &database, const TicketQuery &query, SearchWords words);

    /// Looks at these tickets alone, the newest first.
    void searchAmong(std::vector<std::int64_t> ids);
    /// Looks at all tickets. Throws StoreError (busy) while the index is still being built for an older store.
    void searchAll();

    struct Found
    {
        std::vector<PageCursor> places; ///< At most one more than fits on a page.
        /// If it stopped early, since it has looked at many tickets in vain: where to go on; "" = it has seen all.
        std::string next;
    };
    Found take() { return std::move(found_); }

private:
    /// A mark of a word: tickets must have it.
    struct Probe
    {
        MarkRange marks;
        std::size_t found = 0; ///< How many tickets have it, in the chunks that were asked.
        std::size_t asked = 0;

        bool isRarerThan(const Probe &other) const;
    };
    struct Word
    {
        std::string text;
        std::vector<Probe> probes;      ///< The rarest first, as far as is known.
        std::set<SearchMark> companies; ///< With a label that has the word.
        std::int64_t idByReference;     ///< Of the ticket with this reference; 0 = none.

        /// Tickets can have it without having its marks.
        bool isElsewhere() const { return !companies.empty() || idByReference != 0; }
    };

    void readLabels();
    std::int64_t upperEnd() const;
    bool isFull() const { return found_.places.size() > query_.limit || !found_.next.empty(); }
    void lookAt(std::int64_t id);
    void searchUnindexed(std::int64_t unindexed, std::set<std::int64_t> &changed);
    void searchChunk(std::int64_t chunk, std::set<std::int64_t> &changed);
    ChunkTickets candidates(std::int64_t chunk);
    void narrow(std::int64_t chunk, ChunkTickets &tickets);
    ChunkTickets withWord(std::int64_t chunk, const Word &word);
    ChunkTickets marked(std::int64_t chunk, MarkRange range, const std::set<SearchMark> *wanted = nullptr);

    SqlDatabase &database_;
    const TicketQuery &query_;
    const SearchWords words_;
    std::vector<Word> plan_;        ///< The rarest first, as far as is known.
    std::int64_t connectionId_ = 0; ///< Of the query; 0 = all.
    std::size_t inVain_ = 0;
    Found found_;
};

} // namespace psa::store
