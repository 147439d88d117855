#pragma once

#include "host/store/sqlite/epoch.h"
#include "host/store/sqlite/sqlite_database.h"

#include <memory>
#include <string>

namespace psa::host {

/// Opens the store file of a folder that is locked, or makes it, and brings its schema up to date. Throws StoreRefused,
/// SqliteError and std::system_error.
std::unique_ptr<SqliteDatabase> openStoreFile(const StateFolder &folder, const std::string &vfs);

/// What the store says of itself.
Epoch loadEpoch(SqliteDatabase &database, const StateFolder &folder);
void saveEpochNumber(SqliteDatabase &database, std::int64_t number);

} // namespace psa::host
