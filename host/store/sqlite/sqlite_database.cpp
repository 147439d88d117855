#include "host/store/sqlite/sqlite_database.h"

#include "host/store/sqlite/sqlite_statement.h"

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

SqliteDatabase::SqliteDatabase(const std::filesystem::path &file, const std::string &vfs)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
    const int code = sqlite3_open_v2(file.c_str(), &connection_, flags, vfs.empty() ? nullptr : vfs.c_str());
    if (code != SQLITE_OK)
    {
        const std::string text = connection_ != nullptr ? sqlite3_errmsg(connection_) : sqlite3_errstr(code);
        sqlite3_close(connection_);
        throw SqliteError(code, file.string() + ": " + text);
    }
    // Against malicious files.
    sqlite3_db_config(connection_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_wal_hook(
        connection_,
        [](void *self, sqlite3 *, const char *, int pages) {
            static_cast<SqliteDatabase *>(self)->logPages_ = pages;
            return SQLITE_OK;
        },
        this);
}

SqliteDatabase::~SqliteDatabase()
{
    forgetStatements();
    sqlite3_close(connection_);
}

void SqliteDatabase::execute(const char *sql)
{
    const int code = sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(code, sql);
}

bool SqliteDatabase::inTransaction() const
{
    return sqlite3_get_autocommit(connection_) == 0;
}

bool SqliteDatabase::checkpoint(int pages)
{
    if (logPages_ < pages)
        return false;
    const int code = sqlite3_wal_checkpoint_v2(connection_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(code, "checkpoint");
    logPages_ = 0;
    return true;
}

std::int64_t SqliteDatabase::totalChanges() const
{
    return sqlite3_total_changes64(connection_);
}

std::int64_t SqliteDatabase::takePagesWritten()
{
    int pages = 0;
    int highest = 0; // not kept for this database
    const int code = sqlite3_db_status(connection_, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1);
    if (code != SQLITE_OK)
        fail(code, "pages written");
    return pages;
}

void SqliteDatabase::keepLog(bool keep)
{
    sqlite3_db_config(connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

std::unique_ptr<SqlCursor> SqliteDatabase::prepare(const char *sql, bool)
{
    sqlite3_stmt *statement = nullptr;
    const int code = sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
        fail(code, sql);
    return std::make_unique<SqliteStatement>(statement);
}

void SqliteDatabase::finishLater(SqlCursor &cursor)
{
    while (cursor.next())
    {
    }
}

std::int64_t SqliteDatabase::finish(SqlCursor &cursor)
{
    finishLater(cursor);
    return sqlite3_changes64(connection_);
}

std::int64_t SqliteDatabase::finishInsert(SqlCursor &cursor, const std::string &conflict)
try
{
    finishLater(cursor);
    return sqlite3_last_insert_rowid(connection_);
}
catch (const SqliteError &error)
{
    if (error.extended != SQLITE_CONSTRAINT_UNIQUE || conflict.empty())
        throw;
    throw StoreError(StoreError::Kind::conflict, conflict);
}

void SqliteDatabase::fail(int code, const std::string &doing) const
{
    throw SqliteError(sqlite3_extended_errcode(connection_),
                      std::string(sqlite3_errmsg(connection_)) + " (" + sqlite3_errstr(code) + "): " + doing);
}

} // namespace psa::store
