#pragma once

#include "host/store/page_cursor.h"
#include "host/store/search_words.h"
#include "host/store/sqlite/search_chunk.h"
#include "host/store/sqlite/sqlite_database.h"
#include "host/store/ticket_query.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::store {

/// Finds the tickets with certain words, newest first by their ids: an index says which tickets may have them, and each of
/// these is looked at.
class TextSearch
{
public:
    /// `query`: with a text that has words; connection and states count, too. Throws StoreError (invalid).
    TextSearch(SqliteDatabase &database, const TicketQuery &query, SearchWords words);

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
    struct Word
    {
        std::string text;
        std::vector<MarkRange> marks;   ///< The rarest first, as far as is known.
        std::set<SearchMark> companies; ///< With a label that has the word.
        std::int64_t idByReference = 0; ///< Of the ticket with this reference; 0 = none.
    };

    void readLabels();
    std::int64_t upperEnd() const;
    bool isFull() const { return found_.places.size() > query_.limit || !found_.next.empty(); }
    void lookAt(std::int64_t id);
    void searchUnindexed(std::int64_t unindexed, std::set<std::int64_t> &changed);
    void searchChunk(std::int64_t chunk, std::set<std::int64_t> &changed);
    ChunkTickets candidates(std::int64_t chunk);
    ChunkTickets candidates(std::int64_t chunk, Word &word);
    ChunkTickets marked(std::int64_t chunk, MarkRange range, const std::set<SearchMark> *wanted = nullptr);

    SqliteDatabase &database_;
    const TicketQuery &query_;
    const SearchWords words_;
    const std::optional<std::string> names_; ///< Of the connections of the query, as JSON; nullopt = all.
    std::vector<Word> plan_;                 ///< The word with the fewest tickets first, as far as is known.
    std::int64_t connectionId_ = 0;          ///< Of the query; 0 = all.
    std::size_t inVain_ = 0;
    Found found_;
};

} // namespace psa::store
