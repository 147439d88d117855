#pragma once

#include "host/store/sqlite/sqlite_database.h"

#include <filesystem>
#include <string>

namespace psa::store {

/// Copies the store to a new file with mode 0600, which appears only when it is complete and is marked as a backup.
/// Must be called outside transactions. Throws StoreError (invalid) if the file exists, SqliteError and
/// std::system_error.
void backUp(SqliteDatabase &database, const std::filesystem::path &file, const std::string &vfs);

} // namespace psa::store
