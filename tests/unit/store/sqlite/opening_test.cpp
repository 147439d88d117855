// What an SQLite store requires before it opens, and who may read its files.
#include "host/store/sqlite/migrations.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <sys/stat.h>

using namespace psa::service;
using namespace psa::store;
using namespace psa::test;

namespace {

unsigned modeOf(const std::filesystem::path &file)
{
    return static_cast<unsigned>(std::filesystem::status(file).permissions());
}

/// Runs statements on the file without the store.
void runSql(const std::filesystem::path &file, const std::string &sql)
{
    sqlite3 *database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    REQUIRE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

/// A folder with a closed store that has some tickets.
struct Prepared
{
    TestFolder folder{TestFolder::inMemory()};
    std::filesystem::path store = folder.path() / "store.db";

    Prepared()
    {
        const auto opened = openStore(folder.path());
        addConnections(*opened, {"acme"});
        opened->write([](StoreWriter &writer) {
            for (int i = 0; i < 200; ++i)
                insertTicket(writer, sampleTicket("acme", "R" + std::to_string(i), "k" + std::to_string(i)));
        });
    }
};

} // namespace

TEST_CASE("the files of a store are inaccessible to others", "[store][sqlite]")
{
    TestFolder parent(TestFolder::inMemory());
    const mode_t before = umask(0);
    const std::filesystem::path folder = parent.path() / "a" / "state";
    {
        const auto store = openStore(folder.string() + "/");
        addConnections(*store, {"acme"});
        store->backup(folder / "backup");
        CHECK(modeOf(folder) == 0700);
        for (const char *name : {"store.db", "store.db-wal", "epoch", "mark", "lock", "backup"})
        {
            CAPTURE(name);
            CHECK(modeOf(folder / name) == 0600);
        }
    }
    chmod((folder / "store.db").c_str(), 0644); // put there by hand
    openStore(folder);
    CHECK(modeOf(folder / "store.db") == 0600);
    umask(before);
}

TEST_CASE("a state folder accessible to others is rejected, and not changed", "[store][sqlite]")
{
    TestFolder folder(TestFolder::inMemory());
    for (const mode_t mode : {0750U, 0701U, 0770U})
    {
        chmod(folder.path().c_str(), mode);
        CHECK_THAT(refusalOf(folder.path()), Catch::Contains("chmod 700") && Catch::Contains(folder.path().string()));
        CHECK(modeOf(folder.path()) == mode);
    }
}

TEST_CASE("a state folder that cannot be created is reported by name", "[store][sqlite]")
{
    TestFolder folder(TestFolder::inMemory());
    writeContent(folder.path() / "file", "");
    CHECK_THAT(refusalOf(folder.path() / "file"), Catch::Contains("not a folder"));
    CHECK_THAT(refusalOf(folder.path() / "file" / "state"), Catch::Contains((folder.path() / "file/state").string()));
}

TEST_CASE("a state folder that others could replace is rejected, even behind a link", "[store][sqlite]")
{
    TestFolder folder(TestFolder::inMemory());
    const std::filesystem::path open = folder.path() / "open";
    std::filesystem::create_directories(open / "state");
    chmod((open / "state").c_str(), 0700);
    std::filesystem::create_directory_symlink(open / "state", folder.path() / "link");
    chmod(open.c_str(), 0777);
    for (const std::filesystem::path &way : {open / "state", folder.path() / "link"})
        CHECK_THAT(refusalOf(way), Catch::Contains("is not safe") && Catch::Contains("chmod go-w '" + open.string()));
    chmod(open.c_str(), 0755);
    CHECK(openStore(folder.path() / "link")->openReport().created);
    CHECK(!openStore(open / "state")->openReport().created);
}

TEST_CASE("a second open fails at once with the pid and the socket of the first", "[store][sqlite]")
{
    TestFolder folder(TestFolder::inMemory());
    auto first = openStore(folder.path());
    try
    {
        openStore(folder.path());
        FAIL("it was opened twice");
    }
    catch (const StoreLocked &locked)
    {
        CHECK(locked.pid == getpid());
        CHECK(locked.socket == "/run/test.sock");
        CHECK_THAT(locked.what(), Catch::Contains(std::to_string(getpid())) && Catch::Contains("/run/test.sock") &&
                                      Catch::Contains(folder.path().string()));
    }
    addConnections(*first, {"acme"}); // the first does not notice
    first.reset();
    openStore(folder.path());
}

TEST_CASE("a file that is damaged, truncated or another program's is rejected and not changed", "[store][sqlite]")
{
    Prepared prepared;
    std::string content = contentOf(prepared.store);
    REQUIRE(content.size() > 16 * 4096);
    std::string found;
    SECTION("no SQLite file")
    {
        content.replace(0, 16, "not a database!!");
        found = "damaged";
    }
    SECTION("cut off")
    {
        content.resize(content.size() - 5 * 4096);
        found = "damaged";
    }
    SECTION("cut off within a page")
    {
        content.resize(content.size() / 2 + 100);
        found = "damaged";
    }
    SECTION("overwritten")
    {
        for (std::size_t page = 1; page < content.size() / 4096; ++page)
            content.replace(page * 4096, 100, std::string(100, '\xA5'));
        found = "damaged";
    }
    SECTION("of another program")
    {
        content.replace(68, 4, "ABCD");
        found = "another program";
    }
    writeContent(prepared.store, content);
    CHECK_THAT(refusalOf(prepared.folder.path()), Catch::Contains(found));
    CHECK_THAT(refusalOf(prepared.folder.path()), Catch::Contains(prepared.folder.path().string()));
    CHECK(contentOf(prepared.store) == content);
}

TEST_CASE("a missing or empty store is not silently recreated", "[store][sqlite]")
{
    Prepared prepared;
    std::filesystem::remove(prepared.store);
    const bool empty = GENERATE(false, true);
    if (empty)
        writeContent(prepared.store, "");
    CHECK_THAT(refusalOf(prepared.folder.path()),
               Catch::Contains(empty ? "is empty" : "is gone") && Catch::Contains("epoch"));
    std::filesystem::remove(prepared.folder.path() / "epoch");
    CHECK(openStore(prepared.folder.path())->openReport().created);
}

TEST_CASE("an unreadable epoch file is rejected with what to do", "[store][sqlite]")
{
    Prepared prepared;
    for (const char *bad : {"", "psa-host-store", "other 1 2 3", "psa-host-store id x 3"})
    {
        writeContent(prepared.folder.path() / "epoch", bad);
        CHECK_THAT(refusalOf(prepared.folder.path()), Catch::Contains("epoch is damaged"));
    }
}

TEST_CASE("a newer schema is rejected by its number", "[store][sqlite]")
{
    Prepared prepared;
    runSql(prepared.store, "PRAGMA user_version = 999");
    CHECK_THAT(refusalOf(prepared.folder.path()), Catch::Contains("999") && Catch::Contains("newer"));
    runSql(prepared.store, "PRAGMA user_version = " + std::to_string(schemaVersions().size()));
    CHECK(openStore(prepared.folder.path())->openReport().restored.empty());
}

TEST_CASE("damage detected later makes the store unusable, and it says so", "[store][sqlite]")
{
    Prepared prepared;
    const auto store = openStore(prepared.folder.path());
    std::string content = contentOf(prepared.store);
    for (std::size_t page = 1; page < content.size() / 4096; ++page)
        content.replace(page * 4096, 100, std::string(100, '\xA5'));
    writeContent(prepared.store, content);
    const StoreError first = storeErrorOf([&] {
        store->read([](const StoreReader &reader) {
            for (std::int64_t id = 1; id <= 200; ++id)
                reader.ticket(id);
        });
    });
    CHECK(first.kind == StoreError::Kind::unusable);
    CHECK_THAT(first.what(), Catch::Contains("backup"));
    CHECK(storeErrorOf([&] { store->write([](StoreWriter &) {}); }).kind == StoreError::Kind::unusable);
    CHECK(!store->health().writable);
    CHECK_THAT(store->health().problem, Catch::Contains("damaged"));
}
