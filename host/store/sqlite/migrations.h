#pragma once

#include "host/store/sqlite/sqlite_database.h"

#include <vector>

namespace psa::store {

/// Marks in the header of an SQLite file, where any program can read them.
constexpr std::int32_t storeApplicationId = 0x50534153;  ///< "PSAS"
constexpr std::int32_t backupApplicationId = 0x50534142; ///< "PSAB": a copy that was never opened as a store.

/// What each schema version adds to the previous one; the first starts from an empty file. Times are milliseconds
/// since 1970; states are those of TicketState, of which 0 and 2 wait to be sent, 4 waits to be looked up, and 6 and
/// above are finished.
extern const char *const schema1;
extern const char *const schema2; ///< Alert episodes.
extern const char *const schema3; ///< Additions of 0.2.

/// The statements that make each schema version from the previous one; the first makes version 1 from nothing. What was
/// released is not changed; changes are appended.
const std::vector<const char *> &schemaVersions();

/// Migrates the file to the last of `versions`, each step in its own transaction; the file's version is in SQLite's
/// user_version. Throws StoreRefused if the file's version is newer, and SqliteError; the file then stays as the last
/// successful step left it.
void migrate(SqliteDatabase &database, const std::vector<const char *> &versions);

} // namespace psa::store
