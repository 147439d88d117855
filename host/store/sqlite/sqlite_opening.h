#pragma once

#include "host/store/sqlite/commit_mark.h"
#include "host/store/sqlite/epoch.h"
#include "host/store/sqlite/sqlite_database.h"

#include <filesystem>
#include <memory>
#include <string>

namespace psa::store {

/// Opens the store file of a locked folder, or creates it unless it `mustExist`, and migrates its schema. Throws
/// StoreRefused, SqliteError and std::system_error.
std::unique_ptr<SqliteDatabase> openStoreFile(const StateFolder &folder, const std::string &vfs, bool mustExist);

/// What an operator can do if the store of this folder is missing, to be appended to what was found.
std::string recoveryAdvice(const StateFolder &folder);

/// What is wrong with the content of the file, for people; "" = nothing. Reads the whole file.
std::string damageOf(SqliteDatabase &database);

/// The epoch recorded in the store.
Epoch loadEpoch(SqliteDatabase &database, const StateFolder &folder);
void saveEpochNumber(SqliteDatabase &database, std::int64_t number);
Acknowledged loadAcknowledged(SqliteDatabase &database, const std::string &storeId);
/// `now`: counting continues from it, and new tickets get higher numbers.
void saveAcknowledged(SqliteDatabase &database, const Acknowledged &now);
/// Counts the current transaction, which follows `newest`. Returns what will be acknowledged with it.
Acknowledged countCommit(SqliteDatabase &database, const Acknowledged &newest);

/// Copies the store to a new file with mode 0600, which appears only when it is complete and is marked as a backup.
/// Must be called outside transactions. Throws StoreError (invalid) if the file exists, SqliteError and
/// std::system_error.
void backUp(SqliteDatabase &database, const std::filesystem::path &file, const std::string &vfs);

} // namespace psa::store
