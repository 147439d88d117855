#pragma once

#include "host/store/postgres_store.h"
#include "host/store/sqlite_store.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace psa::store {

/// Where a store is.
using StorePlace = std::variant<SqliteStoreSettings, PostgresStoreSettings>;

/// How many rows of each table were copied.
struct CopyReport
{
    std::vector<std::pair<std::string, std::int64_t>> rows;

    std::int64_t rowsOf(const std::string &table) const;
};

/// Copies a whole store to another database, as one transaction: ids, keys and secrets stay as they are, sealed. `to` must
/// have no store yet, or an empty database. From then on `from` counts as restored, should it ever be used again: what has
/// not ended would be looked for before it is sent.
///
/// Throws StoreRefused if a host runs on either, `to` is not empty, or one of them cannot be opened; and StoreError.
CopyReport copyStore(const StorePlace &from, const StorePlace &to);

} // namespace psa::store
