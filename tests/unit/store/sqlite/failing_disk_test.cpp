// What callers learn when the disk is full or fails, and that nothing acknowledged is lost.
#include "tests/support/sqlite_tap.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <future>
#include <set>

using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;

namespace {

using Step = SqliteTap::Step;

/// A store whose disk can be made to fail.
struct Failing
{
    SqliteTap tap{"failing"};
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<Store> store = openStore(folder.path(), "failing", 50);

    Failing() { addConnections(*store, {"acme"}); }

    /// From now on such steps on files with this ending fail with this error; SQLITE_OK ends that.
    void fail(Step step, const std::string &ending, int error)
    {
        tap.ask([=](Step at, const std::string &file, std::size_t) {
            const bool meant =
                file.size() >= ending.size() && file.compare(file.size() - ending.size(), ending.size(), ending) == 0;
            return at == step && meant ? error : SQLITE_OK;
        });
    }
    void mend() { tap.ask(nullptr); }
    /// From now on the log may grow by at most this much.
    void leaveRoom(std::size_t bytes)
    {
        const std::size_t most = std::filesystem::file_size(folder.path() / "store.db-wal") + bytes;
        tap.ask([=](Step at, const std::string &file, std::size_t end) {
            return at == Step::write && file.ends_with("-wal") && end > most ? SQLITE_FULL : SQLITE_OK;
        });
    }

    void insertOne(const std::string &reference)
    {
        insert(*store, sampleTicket("acme", reference, "key of " + reference));
    }
    bool has(const std::string &reference)
    {
        return store->read([&](const StoreReader &reader) {
            return reader.ticketByReference(reference).has_value() &&
                   reader.ticketByKey("acme", "key of " + reference).has_value();
        });
    }
    void reopen()
    {
        store.reset();
        store = openStore(folder.path(), "failing", 50);
    }
};

} // namespace

TEST_CASE("a write that the disk rejects is not acknowledged, and the store continues when it can", "[store][sqlite]")
{
    Failing world;
    world.insertOne("before");
    std::string text;
    bool perhapsDone = false;
    SECTION("full")
    {
        world.fail(Step::write, "-wal", SQLITE_FULL);
        text = "full";
    }
    SECTION("failing to write")
    {
        world.fail(Step::write, "-wal", SQLITE_IOERR_WRITE);
        text = "disk I/O error";
    }
    SECTION("failing to sync")
    {
        world.fail(Step::sync, "-wal", SQLITE_IOERR_FSYNC);
        text = "disk I/O error";
        perhapsDone = true; // what was written may still be on the disk
    }
    for (int i = 0; i < 3; ++i)
    {
        const StoreError error = storeErrorOf([&] { world.insertOne("refused"); });
        CHECK(error.kind == StoreError::Kind::unavailable);
        CHECK(error.perhapsDone == perhapsDone);
        CHECK_THAT(error.what(), Catch::Contains(text));
        CHECK(!world.store->health().writable);
        CHECK_THAT(world.store->health().problem, Catch::Contains(text));
        CHECK(world.has("before")); // reads still work
        CHECK(!world.has("refused"));
    }
    world.mend();
    CHECK(world.store->health().writable);
    world.insertOne("after");
    world.reopen();
    CHECK(world.has("before"));
    CHECK(world.has("after"));
    CHECK(!world.has("refused"));
}

TEST_CASE("a disk without space for a ticket is not reported as writable because something smaller fits",
          "[store][sqlite]")
{
    Failing world;
    const bool large = GENERATE(false, true); // then there is room for any other ticket
    const std::size_t requestBytes = large ? 200000 : 200;
    const auto insertLarge = [&] {
        NewTicket ticket = sampleTicket("acme", "R");
        ticket.requestJson = std::string(requestBytes, 'x');
        return insert(*world.store, ticket);
    };
    world.leaveRoom(large ? 100000 : 30000);
    for (int i = 0; i < (large ? 5 : 2); ++i)
    {
        CHECK(storeErrorOf(insertLarge).kind == StoreError::Kind::unavailable);
        CHECK(!world.store->health().writable);
        world.store->write([&](StoreWriter &writer) { writer.putValue("small", std::to_string(i)); }); // it fits
        CHECK(!world.store->health().writable);
        CHECK_THAT(world.store->health().problem, Catch::Contains("full"));
    }
    world.mend();
    CHECK(world.store->health().writable);
    CHECK(world.store->read([](const StoreReader &reader) { return reader.value("small"); }) == (large ? "4" : "1"));
    CHECK(!world.store->read([](const StoreReader &reader) { return reader.value("store.probe"); }));
    insertLarge();
}

TEST_CASE("a ticket that fits again proves that the disk is writable", "[store][sqlite]")
{
    Failing world;
    world.leaveRoom(100);
    CHECK_THROWS(world.insertOne("refused"));
    world.mend();
    NewTicket ticket = sampleTicket("acme", "R", "key");
    ticket.requestJson = std::string(20000, 'x');
    insert(*world.store, ticket);
    world.leaveRoom(0); // a probe would fail
    CHECK(world.store->health().writable);
}

TEST_CASE("when a group fails, each of its callers gets the error", "[store][sqlite]")
{
    Failing world;
    std::promise<void> reached;
    std::promise<void> go;
    auto obstacle = std::async(std::launch::async, [&] {
        world.store->read([&](const StoreReader &) {
            reached.set_value();
            go.get_future().wait();
        });
    });
    reached.get_future().wait();
    world.fail(Step::sync, "-wal", SQLITE_IOERR_FSYNC);
    std::vector<std::future<void>> calls;
    for (int i = 0; i < 20; ++i)
        calls.push_back(std::async(std::launch::async, [&world, i] {
            world.store->write([&](StoreWriter &writer) {
                insertTicket(writer, sampleTicket("acme", "R" + std::to_string(i)));
                if (i == 7)
                    throw std::runtime_error("mine");
            });
        }));
    go.set_value();
    obstacle.get();
    for (int i = 0; i < 20; ++i)
    {
        auto &call = calls.at(static_cast<std::size_t>(i));
        if (i == 7)
            CHECK_THROWS(call.get()); // its own error, or the group's: either way it failed
        else
            CHECK(storeErrorOf([&] { call.get(); }).kind == StoreError::Kind::unavailable);
    }
    world.mend();
    CHECK(world.store->read([](const StoreReader &reader) { return reader.listTickets({}); }).tickets.empty());
}

TEST_CASE("a log that cannot be copied into the file loses nothing, and is reported", "[store][sqlite]")
{
    Failing world;
    world.fail(GENERATE(Step::write, Step::sync), "store.db", SQLITE_IOERR_WRITE);
    for (int i = 0; i < 100; ++i)
        world.insertOne("R" + std::to_string(i));
    CHECK(!world.store->health().writable);
    world.mend();
    CHECK(world.store->health().writable);
    world.reopen();
    for (int i = 0; i < 100; ++i)
        CHECK(world.has("R" + std::to_string(i)));
}

TEST_CASE("a search index that cannot be written loses nothing, is reported, and is written later", "[store][sqlite]")
{
    Failing world;
    // The first sync is that of the tickets, the second that of the index, which follows them.
    const auto syncs = std::make_shared<int>(0);
    world.tap.ask([syncs](Step at, const std::string &file, std::size_t) {
        return at == Step::sync && file.ends_with("-wal") && ++*syncs > 1 ? SQLITE_IOERR_FSYNC : SQLITE_OK;
    });
    world.store->write([](StoreWriter &writer) {
        for (int i = 0; i < 2100; ++i)
            insertTicket(writer, sampleTicket("acme", "R" + std::to_string(i), "key of R" + std::to_string(i)));
    });
    const auto found = [&] {
        TicketQuery query;
        query.text = "r1099";
        return list(*world.store, query);
    };
    CHECK(found() == std::vector<std::string>{"R1099"});
    CHECK(*syncs > 1);
    CHECK(!world.store->health().writable);
    world.mend();
    CHECK(world.store->health().writable);
    CHECK(found() == std::vector<std::string>{"R1099"});
    world.reopen();
    CHECK(world.has("R0"));
    CHECK(found() == std::vector<std::string>{"R1099"});
}

TEST_CASE("whichever step fails, acknowledged changes exist and rejected ones do not", "[store][sqlite]")
{
    const unsigned seed = GENERATE(range(0u, 12u));
    CAPTURE(seed);
    std::mt19937 random(seed);
    Failing world;
    std::set<std::string> acknowledged;
    std::set<std::string> refused;
    // on the store's thread, the only one that uses it
    world.tap.ask([&random](Step, const std::string &, std::size_t) {
        static constexpr std::array errors = {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_IOERR};
        return random() % 40 == 0 ? errors.at(random() % errors.size()) : SQLITE_OK;
    });
    for (int i = 0; i < 300; ++i)
    {
        const std::string reference = "R" + std::to_string(i);
        try
        {
            world.insertOne(reference);
            acknowledged.insert(reference);
        }
        catch (const StoreError &error)
        {
            REQUIRE(error.kind == StoreError::Kind::unavailable);
            refused.insert(reference);
        }
    }
    CHECK(acknowledged.size() > 100);
    CHECK(!refused.empty());
    world.mend();
    CHECK(world.store->health().writable);
    if (GENERATE(false, true))
        world.reopen();
    for (const std::string &reference : acknowledged)
        CHECK(world.has(reference));
    for (const std::string &reference : refused)
        CHECK(!world.has(reference));
}

TEST_CASE("a failed backup leaves no file, and the store continues", "[store][sqlite]")
{
    Failing world;
    world.insertOne("before");
    world.fail(Step::write, ".partial", SQLITE_FULL);
    const StoreError error = storeErrorOf([&] { world.store->backup(world.folder.path() / "backup"); });
    CHECK(error.kind == StoreError::Kind::unavailable);
    CHECK(!std::filesystem::exists(world.folder.path() / "backup"));
    CHECK(!std::filesystem::exists(world.folder.path() / "backup.partial"));
    world.mend();
    world.insertOne("after");
    world.store->backup(world.folder.path() / "backup");
}

TEST_CASE("a store on a full disk does not open, and says why", "[store][sqlite]")
{
    Failing world;
    world.insertOne("before");
    world.store.reset();
    world.fail(Step::write, "-wal", SQLITE_FULL);
    CHECK_THROWS_WITH(openStore(world.folder.path(), "failing"),
                      Catch::Contains("full") && Catch::Contains(world.folder.path().string()));
    world.mend();
    world.reopen();
    CHECK(world.has("before"));
    CHECK(world.store->openReport().restored.empty());
}
