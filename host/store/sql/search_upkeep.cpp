// The index of the text search is extended behind the tickets, so that a new ticket costs nothing for it.
#include "host/store/search_words.h"
#include "host/store/sql/search_chunk.h"
#include "host/store/sql/sql_session.h"
#include "host/store/sql/text_search.h"

#include <algorithm>

namespace psa::store {
namespace {

/// A search looks at that many changed tickets one by one. Then a chunk with the most of them is written again.
constexpr std::int64_t maxChanged = 500;

/// Those before the first ticket need not be written.
std::int64_t nextChunk(SqlDatabase &database)
{
    const std::int64_t next = firstMissingChunk(database);
    const std::int64_t first =
        database.integer("SELECT coalesce((SELECT min(id) FROM ticket WHERE id >= ?1), 0)", next << chunkBits);
    return std::max(next, first >> chunkBits);
}

/// The next chunk to write; nullopt: none.
std::optional<std::int64_t> chunkToWrite(SqlDatabase &database)
{
    const std::int64_t last = database.integer("SELECT coalesce(max(id), 0) FROM ticket");
    const std::int64_t next = nextChunk(database);
    if (next < (last + 1) >> chunkBits)
        return next;
    if (database.integer("SELECT count(*) FROM search_changed") < maxChanged)
        return std::nullopt;
    return database.integer("SELECT ticket_id >> 11 FROM search_changed GROUP BY 1 ORDER BY count(*) DESC LIMIT 1");
}

} // namespace

bool SqlSession::extendSearchIndex()
{
    const auto chunk = chunkToWrite(database_);
    if (!chunk)
    {
        unindexedChanges_ = 0;
        return false;
    }
    if (!mayWriteChunk(*chunk))
        return false;
    writeChunk(*chunk);
    return true;
}

void SqlSession::writeChunk(std::int64_t chunk)
{
    const std::int64_t first = chunk << chunkBits;
    ChunkBuilder builder;
    {
        static const std::string sql = "SELECT " + std::string(searchedColumns) +
                                       ", t.id, t.connection_id FROM ticket t"
                                       " LEFT JOIN ticket_document d ON d.id = t.id WHERE t.id >= ?1 AND t.id < ?2";
        SqlStatement rows = database_.statement(sql.c_str(), first, first + chunkSize);
        std::vector<SearchMark> marks;
        while (rows.next())
        {
            const ticket::StoredTicket ticket = readSearched(rows);
            marks.assign(1, markOfConnection(rows.integer(5)));
            if (!ticket.company.empty())
                marks.push_back(markOfCompany(rows.integer(5), ticket.company));
            addMarksOfTexts(searchedTexts(ticket), marks);
            builder.add(static_cast<std::size_t>(rows.integer(4) - first), marks);
        }
    }
    database_.run("DELETE FROM search_page WHERE place >= ?1 AND place < ?2", chunk << 32, (chunk + 1) << 32);
    database_.run("DELETE FROM search_changed WHERE ticket_id >= ?1 AND ticket_id < ?2", first, first + chunkSize);
    for (const SearchPage &page : builder.pages())
        database_.run("INSERT INTO search_page VALUES (?1, ?2)", (chunk << 32) | page.first, SqlBlob{page.bytes});
}

} // namespace psa::store
