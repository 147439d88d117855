#pragma once

#include "host/store/sqlite/sqlite_database.h"

#include <vector>

namespace psa::host {

/// Marks in the head of an SQLite file, where any program can read them.
constexpr std::int32_t storeApplicationId = 0x50534153;  ///< "PSAS"
constexpr std::int32_t backupApplicationId = 0x50534142; ///< "PSAB": a copy that was never opened as a store.

/// The statements that make each version of the schema from the one before; the first makes version 1 from nothing. What
/// a release had stays as it is; changes are appended.
const std::vector<const char *> &schemaVersions();

/// Brings the file up to the last of `versions`, each step in a transaction of its own; that of the file is kept in
/// SQLite's user_version. Throws StoreRefused if the file's is newer, and SqliteError; the file is then as the last good
/// step left it.
void migrate(SqliteDatabase &database, const std::vector<const char *> &versions);

} // namespace psa::host
