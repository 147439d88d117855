#pragma once

#include "host/store/store.h"

#include <memory>

namespace psa::store {

struct SqliteStoreSettings
{
    std::filesystem::path folder;   ///< The state folder; made with mode 0700 if it is not there.
    std::string socketPath;         ///< Where this process serves the API, told to whoever finds the store locked.
    std::size_t queueLimit = 16384; ///< So many callers may wait; one more gets StoreError::Kind::busy.
    std::size_t groupLimit = 256;   ///< So many writes at most become durable together.
    int checkpointPages = 2000;     ///< The log is copied into the file when it has so many pages of 4 KiB.
    std::string vfs = "";           ///< The name of a registered SQLite VFS, for tests; "" = SQLite's own.
    /// The store was put back together with everything beside it, so that it cannot know by itself: it must be there, and
    /// counts as restored.
    bool restored = false;
    bool marks = true; ///< Keeps beside the store what was acknowledged; false to measure what that costs.
};

/// Opens the store in an SQLite file, or makes it. Throws StoreLocked if another process has it, and StoreRefused.
std::unique_ptr<Store> openSqliteStore(const SqliteStoreSettings &settings, std::shared_ptr<const clock::Clock> clock);

} // namespace psa::store
