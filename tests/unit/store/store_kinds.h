#pragma once

#include "host/json/utf8.h"
#include "host/store/postgres_store.h"
#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/postgres/cluster.h"
#include "tests/support/test_folder.h"
#include "tests/unit/store/memory_store.h"

#include <memory>

namespace psa::test {

/// A store in SQLite with a clock that is stopped.
struct SqliteKind
{
    static constexpr bool isShared = false; ///< By several processes: none recovers what another one has claimed.
    /// What is read of a text that was stored.
    static std::string kept(const std::string &text) { return text; }

    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<store::Store> store = open();

    std::unique_ptr<store::Store> open() const
    {
        return store::openSqliteStore({folder.path(), "/run/test.sock"}, clock);
    }

    /// Closes it and opens it again.
    void reopen()
    {
        store.reset();
        store = open();
    }
};

/// The store in memory, likewise.
struct MemoryKind
{
    static constexpr bool isShared = false;
    static std::string kept(const std::string &text) { return text; }

    std::shared_ptr<MemoryDisk> disk = makeMemoryDisk();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<store::Store> store = openMemoryStore(disk, clock);

    void reopen()
    {
        store.reset();
        store = openMemoryStore(disk, clock);
    }
};

/// The store in PostgreSQL, likewise, in a database of its own.
struct PostgresKind
{
    static constexpr bool isShared = true;
    /// PostgreSQL's texts are UTF-8 without NUL.
    static std::string kept(const std::string &text)
    {
        const std::string valid = json::replaceInvalidUtf8(text);
        const std::size_t nul = valid.find('\0');
        return nul == std::string::npos ? valid : valid.substr(0, nul) + "\xEF\xBF\xBD" + kept(valid.substr(nul + 1));
    }

    std::string uri = postgres::Cluster::shared().uri(postgres::Cluster::shared().createDatabase());
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<store::Store> store = open();

    std::unique_ptr<store::Store> open() const
    {
        store::PostgresStoreSettings settings;
        settings.uri = uri;
        settings.clock = clock;
        return store::openPostgresStore(settings);
    }

    void reopen()
    {
        store.reset();
        store = open();
    }
};

} // namespace psa::test

/// Every kind of store has the same contract: tests that name this run on each.
#define STORE_KINDS psa::test::SqliteKind, psa::test::MemoryKind, psa::test::PostgresKind
/// Those that one process has alone, which therefore recovers what the last one left behind when it opens them.
#define OWN_STORE_KINDS psa::test::SqliteKind, psa::test::MemoryKind
