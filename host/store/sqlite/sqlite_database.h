#pragma once

#include "host/store/sqlite/sqlite_statement.h"
#include "host/store/store.h"
#include "host/store/store_error.h"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

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

/// One connection to an SQLite file. Not thread-safe. Throws SqliteError.
class SqliteDatabase
{
public:
    /// Opens an existing file. `vfs`: the name of a registered VFS; "" = SQLite's own.
    SqliteDatabase(const std::filesystem::path &file, const std::string &vfs);
    ~SqliteDatabase();
    SqliteDatabase(const SqliteDatabase &) = delete;
    SqliteDatabase &operator=(const SqliteDatabase &) = delete;

    /// Runs statements without rows and parameters.
    void execute(const char *sql);

    /// The statement with these values for ?1, ?2 and so on; it is prepared once and cached. `sql`: a literal.
    template <class... Values>
    SqliteStatement statement(const char *sql, const Values &...values)
    {
        SqliteStatement prepared(prepare(sql));
        int parameter = 0;
        (prepared.bind(++parameter, values), ...);
        return prepared;
    }

    /// Runs a statement() without rows; returns how many rows it changed.
    template <class... Values>
    std::int64_t run(const char *sql, const Values &...values)
    {
        statement(sql, values...).run();
        return changes();
    }

    /// The first column of the only row.
    template <class... Values>
    std::int64_t integer(const char *sql, const Values &...values)
    {
        SqliteStatement row = statement(sql, values...);
        row.next();
        return row.integer(0);
    }

    /// Like integer(), as text.
    std::string text(const char *sql)
    {
        SqliteStatement row = statement(sql);
        row.next();
        return row.text(0);
    }

    /// Something about this ticket was changed that is not in its row.
    void noteTicket(std::int64_t id) { change_.tickets.push_back(id); }
    /// The changes of the current transaction belong to this connection.
    void noteConnection(const std::string &name) { change_.of.insert(name); }
    /// The rows changed since the last call, including those of rolled-back transactions.
    StoreChange takeChange() { return std::exchange(change_, {}); }

    std::int64_t lastId() const;
    bool inTransaction() const;

    /// Copies pages from the write-ahead log to the file if the log has at least `pages`; not within a transaction.
    /// Returns whether it did.
    bool checkpoint(int pages);

    /// How many rows were changed so far, including by changes that were rolled back.
    std::int64_t totalChanges() const;
    /// How many pages were written since the last call, including those of a failed write.
    std::int64_t takePagesWritten();
    /// Whether closing keeps the write-ahead log, instead of copying it into the file and removing it.
    void keepLog(bool keep);

private:
    sqlite3_stmt *prepare(const char *sql);
    std::int64_t changes() const;
    void noteChange(std::string_view table, std::int64_t row);
    [[noreturn]] void fail(int code, const std::string &doing) const;

    sqlite3 *connection_ = nullptr;
    int logPages_ = 0; ///< Pages in the write-ahead log after the last commit.
    StoreChange change_;
    /// Keyed by the address of the text, because literals do not move.
    std::unordered_map<const char *, sqlite3_stmt *> prepared_;
};

} // namespace psa::store
