#pragma once

#include "host/store/sql/sql_statement.h"
#include "host/store/store.h"
#include "host/store/store_error.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace psa::store {

/// An error of the database. Stays inside the store: its callers get a StoreError.
class SqlError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A connection to a database. Not thread-safe. Throws SqlError.
///
/// SQLite and PostgreSQL run the same statements, which are written so that both understand them:
/// - parameters are ?1, ?2 and so on; INDEXED BY is for SQLite alone;
/// - `document -> '$.member'` is the JSON text of a member, and json_valid(document) a condition;
/// - `/* FOR SHARE */` at its end locks the rows on PostgreSQL until the transaction ends;
/// - conditions are comparisons, not integers; scalar min(), max(), ifnull(), x'' and COLLATE are not used.
///
/// The text of a statement must be a literal or otherwise stay in its place: it is prepared once, and found by its address.
class SqlDatabase
{
public:
    SqlDatabase() = default;
    virtual ~SqlDatabase() = default;
    SqlDatabase(const SqlDatabase &) = delete;
    SqlDatabase &operator=(const SqlDatabase &) = delete;

    /// Runs a statement that this database understands, without rows and parameters.
    virtual void execute(const char *sql) = 0;

    /// The statement with these values for ?1, ?2 and so on.
    template <class... Values>
    SqlStatement statement(const char *sql, const Values &...values)
    {
        return bound(find(sql).cursor.get(), values...);
    }

    /// Runs a statement without rows. PostgreSQL may run it later, but within the transaction, and in order: its error, which
    /// fails the transaction, may then be thrown by a later call.
    template <class... Values>
    void run(const char *sql, const Values &...values)
    {
        Prepared &prepared = find(sql);
        const SqlStatement with = bound(prepared.cursor.get(), values...);
        finishLater(*prepared.cursor);
        noteChange(prepared.table);
    }

    /// Like run(), with values that `bind`(SqlStatement &) binds.
    template <class Bind>
    void runBound(const char *sql, const Bind &bind)
    {
        Prepared &prepared = find(sql);
        SqlStatement with(*prepared.cursor);
        bind(with);
        finishLater(*prepared.cursor);
        noteChange(prepared.table);
    }

    /// Like run(), but immediately; returns how many rows it changed.
    template <class... Values>
    std::int64_t runCounted(const char *sql, const Values &...values)
    {
        Prepared &prepared = find(sql);
        const SqlStatement with = bound(prepared.cursor.get(), values...);
        const std::int64_t changes = finish(*prepared.cursor);
        if (changes > 0)
            noteChange(prepared.table);
        return changes;
    }

    /// Runs an INSERT of one row in a table with a number as id, like run(); returns the id, which is assigned.
    template <class... Values>
    std::int64_t insert(const char *sql, const Values &...values)
    {
        return insertUnique("", sql, values...);
    }

    /// Like insert(). If the row is not unique, throws StoreError (conflict) with the text `conflict`.
    template <class... Values>
    std::int64_t insertUnique(const std::string &conflict, const char *sql, const Values &...values)
    {
        Prepared &prepared = find(sql, true);
        const SqlStatement with = bound(prepared.cursor.get(), values...);
        const std::int64_t id = finishInsert(*prepared.cursor, conflict);
        noteChange(prepared.table);
        return id;
    }

    /// The first column of the only row.
    template <class... Values>
    std::int64_t integer(const char *sql, const Values &...values)
    {
        SqlStatement row = statement(sql, values...);
        row.next();
        return row.integer(0);
    }

    /// Like integer(), as text.
    std::string text(const char *sql)
    {
        SqlStatement row = statement(sql);
        row.next();
        return row.text(0);
    }

    /// This ticket was changed, or something about it that is not in its row.
    void noteTicket(std::int64_t id) { change_.tickets.push_back(id); }
    /// The changes of the current transaction belong to this connection.
    void noteConnection(const std::string &name) { change_.of.insert(name); }
    /// What was changed since the last call, including changes that were rolled back.
    StoreChange takeChange() { return std::exchange(change_, {}); }

protected:
    /// `assignsId`: it is an INSERT of a table with a number as id.
    virtual std::unique_ptr<SqlCursor> prepare(const char *sql, bool assignsId) = 0;
    // These run a statement with its values.
    virtual void finishLater(SqlCursor &cursor) = 0;
    virtual std::int64_t finish(SqlCursor &cursor) = 0;
    /// `conflict`: "" = nothing is unique except the id.
    virtual std::int64_t finishInsert(SqlCursor &cursor, const std::string &conflict) = 0;

    /// Forgets all statements.
    void forgetStatements() { prepared_.clear(); }

private:
    /// What a change of a table shows up as.
    enum class ChangedTable
    {
        other,
        connection,
        audit,
        events,
        definition,
        settings
    };
    struct Prepared
    {
        std::unique_ptr<SqlCursor> cursor;
        ChangedTable table = ChangedTable::other;
    };

    template <class... Values>
    static SqlStatement bound(SqlCursor *cursor, const Values &...values)
    {
        SqlStatement statement(*cursor);
        int parameter = 0;
        (statement.bind(++parameter, values), ...);
        return statement;
    }
    Prepared &find(const char *sql, bool assignsId = false);
    static ChangedTable changedBy(std::string_view sql);
    void noteChange(ChangedTable table);

    StoreChange change_;
    /// Keyed by the address of the text.
    std::unordered_map<const char *, Prepared> prepared_;
};

/// The hash of a key within a scope, such as a caller's key on a connection, as stored. Based on SHA-256, so that nobody
/// can construct colliding keys.
std::int64_t hashOfKey(std::int64_t scopeId, std::string_view key);

/// As lower() of the databases: ASCII letters alone.
std::string lowerAscii(std::string text);

} // namespace psa::store
