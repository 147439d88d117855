// What callers are told when the disk is full or fails, and that nothing acknowledged is lost by it.
#include "tests/support/sqlite_tap.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <future>
#include <set>

using namespace psa::host;
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

    /// Steps of this kind on files whose names end so give this error, until it is SQLITE_OK.
    void fail(Step step, const std::string &ending, int error)
    {
        tap.ask([=](Step at, const std::string &file) {
            const bool meant =
                file.size() >= ending.size() && file.compare(file.size() - ending.size(), ending.size(), ending) == 0;
            return at == step && meant ? error : SQLITE_OK;
        });
    }
    void mend() { tap.ask(nullptr); }

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

TEST_CASE("a write that the disk refuses is not acknowledged, and the store goes on when it can", "[store][sqlite]")
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
        perhapsDone = true; // what was written may be on the disk all the same
    }
    for (int i = 0; i < 3; ++i)
    {
        const StoreError error = storeErrorOf([&] { world.insertOne("refused"); });
        CHECK(error.kind == StoreError::Kind::unavailable);
        CHECK(error.perhapsDone == perhapsDone);
        CHECK_THAT(error.what(), Catch::Contains(text));
        CHECK(!world.store->health().writable);
        CHECK_THAT(world.store->health().problem, Catch::Contains(text));
        CHECK(world.has("before")); // reading goes on
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

TEST_CASE("when a group fails, each of its callers is told", "[store][sqlite]")
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
                writer.insertTicket(sampleTicket("acme", "R" + std::to_string(i)));
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
            CHECK_THROWS(call.get()); // its own error, or the group's: it did not go through either way
        else
            CHECK(storeErrorOf([&] { call.get(); }).kind == StoreError::Kind::unavailable);
    }
    world.mend();
    CHECK(world.store->read([](const StoreReader &reader) { return reader.listTickets({}); }).tickets.empty());
}

TEST_CASE("a log that cannot be copied into the file loses nothing, and shows", "[store][sqlite]")
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

TEST_CASE("whatever step fails whenever, what was acknowledged is there and what was refused is not", "[store][sqlite]")
{
    const unsigned seed = GENERATE(range(0u, 12u));
    CAPTURE(seed);
    std::mt19937 random(seed);
    Failing world;
    std::set<std::string> acknowledged;
    std::set<std::string> refused;
    world.tap.ask([&random](Step, const std::string &) { // on the store's thread, which alone has it
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

TEST_CASE("a backup that fails leaves no file, and the store goes on", "[store][sqlite]")
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
