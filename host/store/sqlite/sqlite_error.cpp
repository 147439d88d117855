#include "host/store/sqlite/sqlite_error.h"

#include <sqlite3.h>

namespace psa::store {
namespace {

/// Everything was written, including the commit record: only a restart shows whether the disk has kept it.
StoreError notSynced(const std::string &text)
{
    StoreError failure(StoreError::Kind::unavailable,
                       "the disk of the state folder failed while the change was made durable: " + text +
                           ". It may turn out to be done after a restart; check the disk first");
    failure.perhapsDone = true;
    return failure;
}

} // namespace

bool SqliteError::isDamage() const
{
    return code() == SQLITE_CORRUPT || code() == SQLITE_NOTADB;
}

bool SqliteError::isEnvironment() const
{
    switch (code())
    {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_BUSY:
        return true;
    default:
        return false;
    }
}

StoreError toStoreError(const SqliteError &error)
{
    const std::string text = error.what();
    if (error.isDamage())
        return {StoreError::Kind::unusable,
                "the store file is damaged: " + text +
                    ". Stop psa-host, keep the file for analysis, and restore the newest backup"};
    if (error.code() == SQLITE_FULL)
        return {StoreError::Kind::unavailable, "the disk of the state folder is full: " + text + ". Free space on it"};
    if (error.extended == SQLITE_IOERR_FSYNC)
        return notSynced(text);
    if (error.isEnvironment())
        return {StoreError::Kind::unavailable,
                "the store cannot be written or read: " + text + ". Check the disk of the state folder"};
    if (error.code() == SQLITE_CONSTRAINT)
        return {StoreError::Kind::conflict, "the store rejected the change: " + text};
    return {StoreError::Kind::invalid, "the store operation failed: " + text};
}

} // namespace psa::store
