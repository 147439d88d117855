#pragma once

#include "host/store/store.h"

#include <filesystem>
#include <memory>

namespace psa::store {

struct SqliteStoreSettings
{
    std::filesystem::path folder; ///< The state folder; created with mode 0700 if it does not exist.
    std::string socketPath; ///< Where this process serves the API; reported to processes that find the store locked.
    std::size_t queueLimit = 16384; ///< Maximum number of waiting callers; further ones get StoreError::Kind::busy.
    std::size_t groupLimit = 256;   ///< Maximum number of writes that become durable together.
    int checkpointPages = 2000;     ///< The log is copied into the file when it has this many pages of 4 KiB.
    std::string vfs = "";           ///< The name of a registered SQLite VFS, for tests; "" = SQLite's own.
    /// The store was restored together with all files beside it, so that it cannot detect this itself: it must exist,
    /// and counts as restored.
    bool restored = false;
    bool marks = true;       ///< Records beside the store what was acknowledged; false only to measure what that costs.
    bool searchIndex = true; ///< Extends the index of the text search; likewise.
};

/// Opens the store in an SQLite file, or creates it. Throws StoreLocked if another process has it open, and
/// StoreRefused.
std::unique_ptr<Store> openSqliteStore(const SqliteStoreSettings &settings, std::shared_ptr<const clock::Clock> clock);

} // namespace psa::store
