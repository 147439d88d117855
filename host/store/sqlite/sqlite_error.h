#pragma once

#include "host/store/store_error.h"

#include <stdexcept>
#include <string>

namespace psa::store {

/// What SQLite said to a statement. Stays inside host/store/sqlite: callers of the store get a StoreError.
class SqliteError : public std::runtime_error
{
public:
    SqliteError(int extendedCode, const std::string &what) : std::runtime_error(what), extended(extendedCode) {}

    /// SQLITE_FULL, SQLITE_CORRUPT and the like, without what extends them.
    int code() const { return extended & 0xFF; }
    /// The content of the file is not what SQLite wrote.
    bool isDamage() const;
    /// Not the statement's fault: the disk is full or failing, or memory is exhausted.
    bool isEnvironment() const;

    int extended;
};

/// What a caller gets for it.
StoreError toStoreError(const SqliteError &error);

} // namespace psa::store
