#pragma once

#include "host/store/sqlite/sqlite_database.h"

#include <vector>

namespace psa::store {

/// Marks in the header of an SQLite file, where any program can read them.
constexpr std::int32_t storeApplicationId = 0x50534153;  ///< "PSAS"
constexpr std::int32_t backupApplicationId = 0x50534142; ///< "PSAB": a copy that was never opened as a store.

/// The statements that make each schema version from the previous one; the first makes version 1 from nothing. What was
/// released is not changed; changes are appended.
const std::vector<const char *> &schemaVersions();

/// Migrates the file to the last of `versions`, each step in its own transaction; the file's version is in SQLite's
/// user_version. Throws StoreRefused if the file's version is newer, and SqliteError; the file then stays as the last
/// successful step left it.
void migrate(SqliteDatabase &database, const std::vector<const char *> &versions);

} // namespace psa::store
