#pragma once

#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/unit/store/memory_store.h"

#include <memory>

namespace psa::test {

/// A store in SQLite with a clock that is stopped.
struct SqliteKind
{
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
    std::shared_ptr<MemoryDisk> disk = makeMemoryDisk();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<store::Store> store = openMemoryStore(disk, clock);

    void reopen()
    {
        store.reset();
        store = openMemoryStore(disk, clock);
    }
};

} // namespace psa::test

/// Every kind of store has the same contract: tests that name this run on each.
#define STORE_KINDS psa::test::SqliteKind, psa::test::MemoryKind
