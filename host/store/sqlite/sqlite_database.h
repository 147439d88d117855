#pragma once

#include "host/store/sql/sql_database.h"

#include <sqlite3.h>

#include <filesystem>
#include <string>

namespace psa::store {

/// An SQLite error.
class SqliteError : public SqlError
{
public:
    SqliteError(int extendedCode, const std::string &what) : SqlError(what), extended(extendedCode) {}

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

/// One connection to an SQLite file. Not thread-safe. Throws SqliteError.
class SqliteDatabase final : public SqlDatabase
{
public:
    /// Opens an existing file. `vfs`: the name of a registered VFS; "" = SQLite's own.
    SqliteDatabase(const std::filesystem::path &file, const std::string &vfs);
    ~SqliteDatabase() override;
    SqliteDatabase(const SqliteDatabase &) = delete;
    SqliteDatabase &operator=(const SqliteDatabase &) = delete;

    void execute(const char *sql) override;

    bool inTransaction() const;
    /// Does `work` as one transaction.
    template <class Work>
    auto transaction(Work &&work)
    try
    {
        execute("BEGIN IMMEDIATE");
        auto result = work();
        execute("COMMIT");
        return result;
    }
    catch (...)
    {
        if (inTransaction())
            execute("ROLLBACK");
        throw;
    }

    /// Copies pages from the write-ahead log to the file if the log has at least `pages`; not within a transaction.
    /// Returns whether it did.
    bool checkpoint(int pages);

    /// How many rows were changed so far, including by changes that were rolled back.
    std::int64_t totalChanges() const;
    /// How many pages were written since the last call, including those of a failed write.
    std::int64_t takePagesWritten();
    /// Whether closing keeps the write-ahead log, instead of copying it into the file and removing it.
    void keepLog(bool keep);

protected:
    std::unique_ptr<SqlCursor> prepare(const char *sql, bool assignsId) override;
    void finishLater(SqlCursor &cursor) override;
    std::int64_t finish(SqlCursor &cursor) override;
    std::int64_t finishInsert(SqlCursor &cursor, const std::string &conflict) override;

private:
    [[noreturn]] void fail(int code, const std::string &doing) const;

    sqlite3 *connection_ = nullptr;
    int logPages_ = 0; ///< Pages in the write-ahead log after the last commit.
};

} // namespace psa::store
