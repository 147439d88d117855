// The index of the text search, and how it follows the tickets.
#include "host/store/search_words.h"
#include "host/store/sql/search_chunk.h"
#include "host/store/sqlite/sqlite_database.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>

using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;

namespace {

void fill(Store &store, std::int64_t count)
{
    store.write([&](StoreWriter &writer) {
        for (std::int64_t i = 0; i < count; ++i)
        {
            NewTicket ticket = sampleTicket("acme", "R" + std::to_string(i));
            ticket.requestJson = R"({"title":"ticket n)" + std::to_string(i) + R"("})";
            insertTicket(writer, ticket);
        }
    });
    for (int i = 0; i < count / 500; ++i)
        store.read([](const StoreReader &) {});
}

std::size_t found(Store &store, const std::string &text)
{
    TicketQuery query;
    query.text = text;
    query.limit = 1000;
    return list(store, query).size();
}

/// In the closed store of the folder.
std::int64_t integerIn(const TestFolder &folder, const char *sql)
{
    return SqliteDatabase(folder.path() / "store.db", "").integer(sql);
}

} // namespace

TEST_CASE("a chunk of the search index returns exactly what was put in", "[store][sqlite][search]")
{
    std::mt19937 random(2);
    std::uniform_int_distribution<SearchMark> pick(0, 1000000);
    std::map<SearchMark, ChunkTickets> wanted;
    ChunkBuilder builder;
    for (std::size_t place = 0; place < static_cast<std::size_t>(chunkSize); ++place)
    {
        std::vector<SearchMark> marks;
        for (int i = 0; i < 30; ++i)
            marks.push_back(i % 2 == 0 ? pick(random) % 300 * 50000 : companyMarks.low + pick(random) % 5000);
        for (const SearchMark mark : marks)
            wanted[mark].set(place);
        builder.add(place, marks);
    }
    const std::vector<SearchPage> pages = builder.pages();
    CHECK(pages.size() > 5);
    CHECK(pages.front().first == 0);
    const auto read = [&](MarkRange range, const std::function<bool(SearchMark)> &accepts = nullptr) {
        ChunkTickets tickets;
        for (const SearchPage &page : pages)
            CHECK(readPage(page, range, accepts, tickets));
        return tickets;
    };
    for (const auto &[mark, tickets] : wanted)
        REQUIRE(read({mark, mark}) == tickets);
    ChunkTickets some;
    for (const auto &[mark, tickets] : wanted)
        if (mark >= companyMarks.low && mark % 7 == 0)
            some |= tickets;
    CHECK(read(companyMarks, [](SearchMark mark) { return mark % 7 == 0; }) == some);
    CHECK(read({1, 49999}).none());
}

TEST_CASE("a page of the search index that cannot be read is recognized", "[store][sqlite][search]")
{
    const std::string bytes = GENERATE(as<std::string>(), "x", "\x80\x80\x80\x80\x80\x80",
                                       std::string(1, '\0') + "\x7F", std::string("\x01\x03\xFF\xFF\x7F", 5),
                                       std::string("\x01\x02\x80\x80", 4), std::string("\x01\x05\x01", 3));
    ChunkTickets tickets;
    CHECK(!readPage({0, bytes}, {0, 0xFFFFFFFF}, nullptr, tickets));
}

TEST_CASE("tickets are found although their page of the search index cannot be read", "[store][sqlite][search]")
{
    const std::string bytes =
        GENERATE(as<std::string>(), "x", "\x80\x80\x80\x80\x80\x80", std::string(1, '\0') + "\x7F");
    const TestFolder folder(TestFolder::inMemory());
    {
        const auto store = openStore(folder.path());
        addConnections(*store, {"acme"});
        fill(*store, chunkSize + 76);
    }
    SqliteDatabase(folder.path() / "store.db", "").run("UPDATE search_page SET marks = ?1", SqlBlob{bytes});
    const auto store = openStore(folder.path());
    CHECK(found(*store, "n70") == 1 + 10);
    CHECK(found(*store, "n7x") == 0);
}

TEST_CASE("the search index has each full chunk of tickets once, also after a restart", "[store][sqlite][search]")
{
    const TestFolder folder(TestFolder::inMemory());
    {
        const auto store = openStore(folder.path());
        addConnections(*store, {"acme"});
        fill(*store, chunkSize - 1);
    }
    // Numbers begin with 1, so the first chunk has one ticket less than the others.
    CHECK(integerIn(folder, "SELECT count(DISTINCT place >> 32) FROM search_page") == 1);
    CHECK(integerIn(folder, "SELECT count(*) FROM search_changed") == 0);
    {
        const auto store = openStore(folder.path());
        store->write([](StoreWriter &writer) {
            for (std::int64_t i = 0; i < chunkSize - 1; ++i)
                insertTicket(writer, sampleTicket("acme", "S" + std::to_string(i)));
        });
        store->read([](const StoreReader &) {});
    }
    CHECK(integerIn(folder, "SELECT max(place) >> 32 FROM search_page") == 0);
}

TEST_CASE("a chunk of the search index is written again when many of its tickets have changed",
          "[store][sqlite][search]")
{
    const TestFolder folder(TestFolder::inMemory());
    const auto change = [](Store &store, std::int64_t count) {
        store.write([&](StoreWriter &writer) {
            for (std::int64_t id = 1; id <= count; ++id)
            {
                StoredTicket ticket = writer.ticketRow(id).value();
                ticket.outcome.number = "T" + std::to_string(id);
                writer.saveTicket(ticket);
            }
        });
        store.read([](const StoreReader &) {});
    };
    {
        const auto store = openStore(folder.path());
        addConnections(*store, {"acme"});
        fill(*store, 2 * chunkSize + 52);
        change(*store, 499);
        CHECK(found(*store, "T499") == 1);
    }
    CHECK(integerIn(folder, "SELECT count(*) FROM search_changed") == 499);
    {
        const auto store = openStore(folder.path());
        change(*store, chunkSize + 76);
        CHECK(found(*store, "T99") == 11);
        CHECK(found(*store, "T1100") == 1);
        CHECK(found(*store, "n1099") == 1);
    }
    CHECK(integerIn(folder, "SELECT count(*) FROM search_changed") == 77);
    CHECK(integerIn(folder, "SELECT count(DISTINCT place >> 32) FROM search_page") == 2);
}

TEST_CASE("a store without a search index, as after an upgrade, gets one in the background", "[store][sqlite][search]")
{
    const TestFolder folder(TestFolder::inMemory());
    {
        const auto store = openStore(folder.path());
        addConnections(*store, {"acme"});
        fill(*store, 20000);
    }
    SqliteDatabase(folder.path() / "store.db", "").execute("DELETE FROM search_page");
    TicketQuery query;
    query.text = "n19";
    {
        SqliteStoreSettings settings;
        settings.folder = folder.path();
        settings.searchIndex = false; // as before the first part of it is built
        const auto store = openSqliteStore(settings, std::make_shared<ManualClock>());
        const StoreError busy = storeErrorOf([&] { list(*store, query); });
        CHECK(busy.kind == StoreError::Kind::busy);
        CHECK_THAT(busy.what(), Catch::Contains("still being built"));
        query.states = {TicketState::done}; // few tickets are searched without the index
        CHECK(list(*store, query).empty());
    }
    const auto store = openStore(folder.path());
    for (int i = 0; i < 20; ++i)
        store->read([](const StoreReader &) {});
    CHECK(found(*store, "n1999") == 11);
}

TEST_CASE("a search that looks at many tickets in vain goes on with the next page", "[store][sqlite][search]")
{
    const TestFolder folder(TestFolder::inMemory());
    const auto store = openStore(folder.path());
    addConnections(*store, {"acme"});
    store->write([&](StoreWriter &writer) {
        for (int i = 0; i < 6000; ++i)
        {
            NewTicket ticket = sampleTicket("acme", "R" + std::to_string(i));
            // Has all marks of the word, but not the word.
            ticket.requestJson = i == 3 ? R"({"title":"verser"})" : R"({"title":"vers erser"})";
            insertTicket(writer, ticket);
        }
    });
    TicketQuery query;
    query.text = "verser";
    const auto page = store->read([&](const StoreReader &reader) { return reader.listTickets(query); });
    CHECK(page.tickets.empty());
    CHECK(!page.next.empty());
    CHECK(list(*store, query) == std::vector<std::string>{"R3"});
}
