// Rows of notes and changes that cannot be read, and those of a store that is restored.
#include "host/store/sqlite/sqlite_database.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::store;
using namespace psa::test;
using namespace psa::ticket;
using namespace std::chrono_literals;

namespace {

/// A ticket that is done, with three notes whose turn has come; the file is damaged by `sql` meanwhile.
struct Damaged
{
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<Store> store = openStore(folder.path());

    explicit Damaged(const std::string &sql)
    {
        addConnections(*store, {"acme"});
        ticketIn(*store, TicketState::done, "acme", "R1");
        for (const char *reference : {"O1", "O2", "O3"})
            operationIn(*store, TicketState::ready, 1, reference);
        store.reset();
        SqliteDatabase(folder.path() / "store.db", "").execute(sql.c_str());
        store = openStore(folder.path());
    }

    std::vector<std::int64_t> due() const
    {
        std::vector<std::int64_t> ids;
        for (const StoredOperation &each :
             store->read([](const StoreReader &reader) { return reader.dueOperations("acme", ClaimFor::sending, 9); }))
            ids.push_back(each.id);
        return ids;
    }
    void discardSecond() const
    {
        changeOperation(*store, 2, [](StoredOperation &operation) { discard(operation, {"discarded", ""}, {}); });
    }
};

} // namespace

TEST_CASE("a note whose row is damaged says so, and its neighbours are unaffected", "[store][sqlite][damaged]")
{
    const auto [sql, damage] = GENERATE(table<std::string, std::string>(
        {{R"(UPDATE operation SET warnings = '["cut' WHERE id = 2)", "its warnings cannot be read"},
         {R"(UPDATE operation SET changed_members = '{"no":"list"}' WHERE id = 2)", "what it changed cannot be read"},
         {"UPDATE operation_document SET document = '{\"text' WHERE id = 2", "its document cannot be read"},
         {"DELETE FROM operation_document WHERE id = 2", "its document is missing"},
         {"UPDATE operation SET state = 77 WHERE id = 2", "its state is 77, which does not exist"},
         {"UPDATE operation SET kind = 9 WHERE id = 2", "its kind is 9, which does not exist"},
         {"UPDATE operation SET kind = 0 WHERE id = 2", "its kind is 0, which does not exist"}}));
    CAPTURE(sql);
    const Damaged damaged(sql);
    const auto all = damaged.store->read([](const StoreReader &reader) { return reader.operationsOf(1); });
    REQUIRE(all.size() == 3);
    CHECK_THAT(all[1].damage, Catch::Contains(damage));
    CHECK(all[1].reference == "O2");
    for (const std::size_t other : {0u, 2u})
    {
        CHECK(all[other].damage.empty());
        CHECK(all[other].state == TicketState::ready);
    }
    damaged.discardSecond();
    CHECK(operationOf(*damaged.store, 2).state == TicketState::cancelled);
    CHECK(damaged.due() == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("a note of no known kind or state is never due, waits for a human, and does not stop the others",
          "[store][sqlite][damaged]")
{
    const std::string sql =
        GENERATE(as<std::string>(), "UPDATE operation SET kind = 9 WHERE id = 2",
                 "UPDATE operation SET state = 77 WHERE id = 2", "UPDATE operation SET state = -1 WHERE id = 2");
    CAPTURE(sql);
    const Damaged damaged(sql);
    CHECK(operationOf(*damaged.store, 2).state == TicketState::needsReview);
    CHECK(damaged.due() == std::vector<std::int64_t>{1, 3});
    CHECK(get(*damaged.store, 1).operationStates == std::vector{TicketState::ready, TicketState::needsReview});
    for (const std::int64_t id : {1, 3})
        changeOperation(*damaged.store, id, [](StoredOperation &each) { discard(each, {"discarded", ""}, {}); });
    CHECK(!damaged.store->read([](const StoreReader &reader) { return reader.due("acme"); }).sending);
    CHECK(damaged.store->write([](StoreWriter &writer) { return writer.deleteEndedTickets(writer.now() + 1h, 9); }) ==
          0);
}

TEST_CASE("impossible counts of notes are shown as the nearest possible ones", "[store][sqlite][damaged]")
{
    const Damaged damaged("UPDATE operation_count SET n = -1; INSERT INTO operation_count VALUES (1, 77, 4)");
    const auto counts = damaged.store->read([](const StoreReader &reader) { return reader.counts(); });
    CHECK(counts.at(0).operations.at(static_cast<std::size_t>(TicketState::ready)) == 0);
    CHECK(counts.at(0).operations.at(static_cast<std::size_t>(TicketState::needsReview)) == 4);
}

TEST_CASE("a note that an index has under a missing ticket does not break the list", "[store][sqlite][damaged]")
{
    const Damaged damaged("DROP TRIGGER ticket_life_deleted; DELETE FROM ticket WHERE id = 1");
    TicketQuery query;
    query.states = query.operationStates = {TicketState::ready};
    const auto page = damaged.store->read([&](const StoreReader &reader) { return reader.listTickets(query); });
    REQUIRE(page.tickets.size() == 1);
    CHECK_THAT(page.tickets[0].damage, Catch::StartsWith("its row is gone"));
}

TEST_CASE("a restored store looks up the notes that were unfinished, before it sends them", "[store][sqlite]")
{
    TestFolder folder{TestFolder::inMemory()};
    {
        const auto store = openStore(folder.path());
        addConnections(*store, {"acme"});
        ticketIn(*store, TicketState::done, "acme", "R1");
        for (const TicketState state : allTicketStates)
            operationIn(*store, state, 1, toText(state));
        addOperation(*store, 1, sampleOperation("waits"));
        store->backup(folder.path() / "backup");
    }
    TestFolder target{TestFolder::inMemory()};
    std::filesystem::copy_file(folder.path() / "backup", target.path() / "store.db");
    const auto store = openStore(target.path());
    CHECK(store->openReport().madeUnknown == 6); // one of the seven already was
    for (const StoredOperation &each : store->read([](const StoreReader &reader) { return reader.operationsOf(1); }))
    {
        CAPTURE(each.reference);
        const auto before = ticketStateFrom(std::string_view(each.reference)).value_or(TicketState::ready);
        CHECK(each.state == (isEnded(before) ? before : TicketState::unknown));
        CHECK(each.openSince.has_value() == !isEnded(before));
    }
}
