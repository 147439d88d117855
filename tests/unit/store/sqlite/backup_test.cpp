// Backups, and how a store detects that it was restored.
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>

using namespace psa::delivery;
using namespace psa::net;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;

namespace {

/// A folder with an open store that has a ticket in each state; ids are the states plus 1.
struct Source
{
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<Store> store = openStore(folder.path());

    Source()
    {
        for (std::size_t i = 0; i < ticketStateCount; ++i)
        {
            const std::string name = "c" + std::to_string(i);
            addConnections(*store, {name});
            ticketIn(*store, static_cast<TicketState>(i), name, "R" + std::to_string(i));
        }
    }
    std::filesystem::path file(const char *name) const { return folder.path() / name; }
};

/// Everything that had not ended is unknown now; nothing else changed.
void checkRestored(Store &store)
{
    CHECK(!store.openReport().restored.empty());
    for (std::size_t i = 0; i < ticketStateCount; ++i)
    {
        const auto before = static_cast<TicketState>(i);
        const StoredTicket ticket = get(store, static_cast<std::int64_t>(i) + 1);
        CAPTURE(toText(before));
        CHECK(ticket.reference == "R" + std::to_string(i));
        CHECK(ticket.state == (isEnded(before) ? before : TicketState::unknown));
        CHECK(ticket.due.has_value() == !isEnded(before));
    }
}

} // namespace

TEST_CASE("a backup is a complete store, and appears only when it is complete", "[store][sqlite]")
{
    Source source;
    const TestFolder target(TestFolder::inMemory());
    const std::filesystem::path file = target.path() / "backup";
    source.store->backup(file);
    CHECK(std::distance(std::filesystem::directory_iterator(target.path()), {}) == 1);
    const StoreError again = storeErrorOf([&] { source.store->backup(file); });
    CHECK(again.kind == StoreError::Kind::invalid);
    CHECK_THAT(again.what(), Catch::Contains(file.string()));
    const StoreError nowhere = storeErrorOf([&] { source.store->backup(target.path() / "none" / "backup"); });
    CHECK(nowhere.kind == StoreError::Kind::invalid);
    CHECK_THAT(nowhere.what(), Catch::Contains("none"));
    CHECK(source.store->health().writable);
}

TEST_CASE("an interrupted backup does not block the next one", "[store][sqlite]")
{
    Source source;
    writeContent(source.file("backup.partial"), "half");
    source.store->backup(source.file("backup"));
    CHECK(!std::filesystem::exists(source.file("backup.partial")));
}

TEST_CASE("a backup in a new folder detects that it is one, once", "[store][sqlite]")
{
    Source source;
    source.store->backup(source.file("backup"));
    const TestFolder target(TestFolder::inMemory());
    std::filesystem::copy_file(source.file("backup"), target.path() / "store.db");
    {
        const auto store = openStore(target.path());
        checkRestored(*store);
        CHECK(store->openReport().restored == "it is a backup");
        CHECK(store->openReport().madeUnknown == 5); // one of the six already was
        CHECK(insert(*store, sampleTicket("c0", "new")).ticket.id == 10);
    }
    const auto again = openStore(target.path());
    CHECK(again->openReport().restored.empty());
    CHECK(get(*again, 10).state == TicketState::ready);
}

TEST_CASE("a backup that replaces a store that was used further detects it", "[store][sqlite]")
{
    Source source;
    source.store->backup(source.file("backup"));
    addConnections(*source.store, {"later"});
    source.store.reset();
    SECTION("written over it")
    {
        writeContent(source.file("store.db"), contentOf(source.file("backup")));
    }
    SECTION("moved there")
    {
        std::filesystem::rename(source.file("backup"), source.file("store.db"));
    }
    const auto store = openStore(source.folder.path());
    checkRestored(*store);
    CHECK(!store->read([](const StoreReader &reader) { return reader.connection("later"); }));
}

TEST_CASE("an older copy of the file detects that the store was used further, even if it overwrites it",
          "[store][sqlite]")
{
    Source source;
    source.store.reset();
    const std::string older = contentOf(source.file("store.db"));
    openStore(source.folder.path());
    writeContent(source.file("store.db"), older);
    const auto store = openStore(source.folder.path());
    CHECK(store->openReport().restored == "it is older than the store that was previously in this folder");
    checkRestored(*store);
}

TEST_CASE("a copy of the whole folder detects that it is one", "[store][sqlite]")
{
    Source source;
    const bool closed = GENERATE(true, false);
    if (closed)
        source.store.reset();
    const TestFolder target(TestFolder::inMemory());
    copyFolder(source.folder.path(), target.path());
    const auto store = openStore(target.path());
    CHECK(store->openReport().restored == "it is a copy of the store that was previously in this folder");
    checkRestored(*store);
}

TEST_CASE("a store without its epoch, or with that of another, counts as restored", "[store][sqlite]")
{
    Source source;
    source.store.reset();
    if (GENERATE(true, false))
        std::filesystem::remove(source.file("epoch"));
    else
    {
        const TestFolder other(TestFolder::inMemory());
        openStore(other.path());
        writeContent(source.file("epoch"), contentOf(other.path() / "epoch"));
    }
    const auto store = openStore(source.folder.path());
    checkRestored(*store);
}

TEST_CASE("a backup is not opened with the log of the store that it replaces", "[store][sqlite]")
{
    Source source;
    source.store->backup(source.file("backup"));
    addConnections(*source.store, {"later"});
    const TestFolder target(TestFolder::inMemory());
    copyFolder(source.folder.path(), target.path()); // as after a crash: with the log
    REQUIRE(std::filesystem::file_size(target.path() / "store.db-wal") > 0);
    std::filesystem::copy_file(source.file("backup"), target.path() / "store.db",
                               std::filesystem::copy_options::overwrite_existing);
    CHECK_THAT(refusalOf(target.path()), Catch::Contains("store.db-wal") && Catch::Contains("remove"));
    std::filesystem::remove(target.path() / "store.db-wal");
    checkRestored(*openStore(target.path()));
}

TEST_CASE("a store continues while it is backed up, and the backup is consistent", "[store][sqlite]")
{
    Source source;
    std::atomic<bool> stop{false};
    // Each transaction inserts two: a backup has both or neither.
    auto writing = std::async(std::launch::async, [&] {
        for (int i = 0; !stop; ++i)
            source.store->write([&](StoreWriter &writer) {
                insertTicket(writer, sampleTicket("c0", "a" + std::to_string(i)));
                insertTicket(writer, sampleTicket("c0", "b" + std::to_string(i)));
            });
    });
    for (int round = 0; round < 5; ++round)
    {
        const TestFolder target(TestFolder::inMemory());
        source.store->backup(target.path() / "store.db");
        const auto counts = openStore(target.path())->read([](const StoreReader &reader) { return reader.counts(); });
        CHECK(counts.at(0).perState.at(static_cast<std::size_t>(TicketState::unknown)) % 2 == 1);
    }
    stop = true;
    writing.get();
}
