#pragma once

#include "host/store/sqlite/key_table.h"
#include "host/store/sqlite/sqlite_database.h"

#include <optional>
#include <string>

namespace psa::host {

/// What the parts of the SQLite store work on. Belongs to the owner thread.
struct SqliteContext
{
    SqliteDatabase &database;
    const Clock &clock;
    KeyTable keys;
    std::size_t deletedKeys = 0; ///< Entries of `keys` whose tickets are gone, at most.

    /// To the millisecond, as it is stored.
    Clock::Wall now() const { return std::chrono::floor<std::chrono::milliseconds>(clock.wallNow()); }

    /// The row of a connection that was not removed.
    std::optional<std::int64_t> connectionId(const std::string &name)
    {
        SqliteStatement row = database.statement("SELECT id FROM connection WHERE name = ?1 AND present", name);
        return row.next() ? std::optional(row.integer(0)) : std::nullopt;
    }
};

} // namespace psa::host
