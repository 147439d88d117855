#pragma once

#include "host/store/store_error.h"

#include <stdexcept>
#include <string>

namespace psa::store {

/// An SQLite error. Stays inside host/store/sqlite: callers of the store get a StoreError.
class SqliteError : public std::runtime_error
{
public:
    SqliteError(int extendedCode, const std::string &what) : std::runtime_error(what), extended(extendedCode) {}

    /// The primary result code: SQLITE_FULL, SQLITE_CORRUPT and the like.
    int code() const { return extended & 0xFF; }
    /// The content of the file is corrupt.
    bool isDamage() const;
    /// Not the statement's fault: the disk is full or failing, or memory is exhausted.
    bool isEnvironment() const;

    int extended;
};

/// The error that a caller of the store gets.
StoreError toStoreError(const SqliteError &error);

} // namespace psa::store
