#include "host/store/copy.h"

#include "host/secrets/key_ring.h"
#include "host/store/postgres/postgres_link.h"
#include "host/store/postgres/postgres_migrations.h"
#include "host/store/postgres/postgres_opening.h"
#include "host/store/sqlite/epoch.h"
#include "host/store/sqlite/migrations.h"
#include "host/store/sqlite/sqlite_database.h"
#include "host/store/sqlite/sqlite_opening.h"
#include "host/store/state_folder.h"

#include <array>
#include <deque>
#include <limits>
#include <optional>

namespace psa::store {
namespace {

enum class ColumnType
{
    integer,
    text,
    blob
};

struct Column
{
    std::string name;
    ColumnType type;
};

struct CopiedTable
{
    const char *name;
    const char *key; ///< A number, by which the rows are read in parts; "" = at once.
    int part = 1000; ///< Rows read at once.
};

// What is not here is counted again, belongs to hosts that run, or would only say how one database was used.
constexpr std::array<CopiedTable, 25> copiedTables = {{{"value", ""},
                                                       {"connection", "id"},
                                                       {"sealed_field", ""},
                                                       {"company", ""},
                                                       {"ticket", "id"},
                                                       {"ticket_document", "id", 200},
                                                       {"operation", "id"},
                                                       {"operation_document", "id", 200},
                                                       {"ticket_watch", "ticket_id"},
                                                       {"budget_bucket", ""},
                                                       {"budget_pause", ""},
                                                       {"audit", "id"},
                                                       {"alert_episode", "id"},
                                                       {"definition", "id"},
                                                       {"definition_version", ""},
                                                       {"delivery", "id"},
                                                       {"delivery_body", "id", 20},
                                                       {"event", "id"},
                                                       {"event_document", "id", 200},
                                                       {"episode", "id"},
                                                       {"event_step", "id"},
                                                       {"unknown_customer", "id"},
                                                       {"session", ""},
                                                       {"search_page", "place"},
                                                       {"search_changed", "ticket_id"}}};

/// One of the two stores, which no host uses meanwhile.
class CopySide
{
public:
    CopySide() = default;
    virtual ~CopySide() = default;
    CopySide(const CopySide &) = delete;
    CopySide &operator=(const CopySide &) = delete;

    virtual SqlDatabase &database() = 0;
    virtual std::vector<Column> columnsOf(const std::string &table) = 0;
    /// The highest id that was ever assigned in a table with ids.
    virtual std::int64_t lastId(const std::string &table) = 0;
    /// Ids of new rows are higher. `id`: not 0.
    virtual void setLastId(const std::string &table, std::int64_t id) = 0;
    /// The table of the counts of sources.
    virtual const char *sourceCounts() const = 0;
    virtual void commit() = 0;
    /// It was copied.
    virtual void leave() = 0;

    /// Runs a statement whose text is made here.
    template <class... Values>
    void run(const std::string &sql, const Values &...values)
    {
        database().run(kept(sql), values...);
    }
    SqlStatement rows(const std::string &sql) { return database().statement(kept(sql)); }
    /// The text at an address of its own.
    const char *kept(const std::string &sql) { return texts_.emplace_back(sql).c_str(); }

private:
    std::deque<std::string> texts_;
};

class SqliteCopySide final : public CopySide
{
public:
    SqliteCopySide(const SqliteStoreSettings &settings, bool create)
        : folder_(settings.folder), lock_(folder_.path(), settings.socketPath), database_(opened(settings, create))
    {
        database_->execute("BEGIN IMMEDIATE");
    }
    ~SqliteCopySide() override
    {
        if (database_->inTransaction())
            database_->execute("ROLLBACK");
    }
    SqliteCopySide(const SqliteCopySide &) = delete;
    SqliteCopySide &operator=(const SqliteCopySide &) = delete;

    SqlDatabase &database() override { return *database_; }

    std::vector<Column> columnsOf(const std::string &table) override
    {
        std::vector<Column> columns;
        SqlStatement row = rows("SELECT name, type FROM pragma_table_info('" + table + "') ORDER BY name");
        while (row.next())
            columns.push_back({row.text(0), row.text(1) == "INTEGER" ? ColumnType::integer
                                            : row.text(1) == "BLOB"  ? ColumnType::blob
                                                                     : ColumnType::text});
        return columns;
    }

    std::int64_t lastId(const std::string &table) override
    {
        const std::int64_t highest = database_->integer(kept("SELECT coalesce(max(id), 0) FROM " + table));
        const std::int64_t assigned =
            database_->integer("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?1", table);
        return std::max(highest, assigned);
    }

    void setLastId(const std::string &table, std::int64_t id) override
    {
        if (database_->runCounted("UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1 AND seq < ?2", table, id) == 0 &&
            database_->integer("SELECT count(*) FROM sqlite_sequence WHERE name = ?1", table) == 0)
            database_->run("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", table, id);
    }

    const char *sourceCounts() const override { return "source_count"; }

    void commit() override { database_->execute("COMMIT"); }

    /// The file beside the store says that a later one was here, see epoch.h.
    void leave() override
    {
        Epoch epoch = loadEpoch(*database_, folder_);
        if (const auto before = readEpoch(folder_))
            epoch.number = std::max(epoch.number, before->number);
        ++epoch.number;
        writeEpoch(folder_, epoch);
    }

private:
    std::unique_ptr<SqliteDatabase> opened(const SqliteStoreSettings &settings, bool create) const
    {
        if (create && std::filesystem::exists(folder_.store()))
            throw StoreRefused("there is a store in " + folder_.path().string() +
                               " already; choose another folder, or move that store away first");
        auto database = openStoreFile(folder_, settings.vfs, !create);
        if (create)
            writeEpoch(folder_, loadEpoch(*database, folder_));
        return database;
    }

    const StateFolder folder_;
    const LockFile lock_;
    std::unique_ptr<SqliteDatabase> database_;
};

class PostgresCopySide final : public CopySide
{
public:
    PostgresCopySide(const PostgresStoreSettings &settings, bool mustBeEmpty)
        : PostgresCopySide(settings, mustBeEmpty, opened(settings, mustBeEmpty))
    {
    }
    PostgresCopySide(const PostgresStoreSettings &settings, bool mustBeEmpty, CheckedServer server)
        : schema_(settings.schema), database_({settings.schema, server.synchronousCommit, settings.random})
    {
        database_.connect(std::move(server.connection));
        database_.begin(PostgresDatabase::Access::write);
        refuseHosts(database_);
        if (mustBeEmpty)
            makeEmpty();
    }
    ~PostgresCopySide() override { database_.rollback(); }
    PostgresCopySide(const PostgresCopySide &) = delete;
    PostgresCopySide &operator=(const PostgresCopySide &) = delete;

    SqlDatabase &database() override { return database_; }

    std::vector<Column> columnsOf(const std::string &table) override
    {
        std::vector<Column> columns;
        SqlStatement row = database_.statement("SELECT CAST(column_name AS TEXT) COLLATE \"C\" AS name,"
                                               " CAST(data_type AS TEXT) FROM information_schema.columns"
                                               " WHERE table_schema = ?1 AND table_name = ?2 ORDER BY 1",
                                               schema_, table);
        while (row.next())
            columns.push_back({row.text(0), row.text(1) == "bigint"  ? ColumnType::integer
                                            : row.text(1) == "bytea" ? ColumnType::blob
                                                                     : ColumnType::text});
        return columns;
    }

    std::int64_t lastId(const std::string &table) override
    {
        const std::string sequence = table + "_id";
        return database_.integer(kept("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + sequence));
    }

    void setLastId(const std::string &table, std::int64_t id) override
    {
        database_.integer("SELECT setval(CAST(?1 AS regclass), ?2)", table + "_id", id);
    }

    const char *sourceCounts() const override { return "source_count_part"; }

    void commit() override { database_.commit(); }

    /// The next host that opens it looks for what has not ended.
    void leave() override
    {
        database_.run("INSERT INTO value VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                      storeLeft, SqlBlob{"it was copied to another store, which may have been used since"});
        database_.commit();
    }

private:
    static CheckedServer opened(const PostgresStoreSettings &settings, bool create)
    try
    {
        CheckedServer server = connectTo(settings, settings.uri);
        if (create)
            migratePostgres(*server.connection, settings);
        else if (postgresSchemaVersion(*server.connection, settings.schema) == 0)
            throw StoreRefused("there is no store in the database to copy; check its URI");
        return server;
    }
    catch (const PostgresError &error)
    {
        throw cannotOpen(error, "its URI");
    }

    /// Commands that only look, such as psa-host hosts, leave no more than the canaries of the keys.
    void makeEmpty()
    {
        if (database_.integer("SELECT (SELECT count(*) FROM connection) + (SELECT count(*) FROM definition) +"
                              " (SELECT count(*) FROM audit) + (SELECT count(*) FROM value WHERE name <> ?1)",
                              std::string(secrets::canaryPlace)) > 0)
            throw StoreRefused(
                "the database already has a store with data; choose another database or, if nothing in it is "
                "needed, empty it with: DROP SCHEMA " +
                quotedName(schema_) + " CASCADE");
        database_.run("DELETE FROM value");
    }

    const std::string schema_;
    PostgresDatabase database_;
};

std::unique_ptr<CopySide> sideOf(const StorePlace &place, bool isTarget)
{
    if (const auto *sqlite = std::get_if<SqliteStoreSettings>(&place))
        return std::make_unique<SqliteCopySide>(*sqlite, isTarget);
    return std::make_unique<PostgresCopySide>(std::get<PostgresStoreSettings>(place), isTarget);
}

void bindColumn(SqlStatement &to, int parameter, const SqlStatement &row, int column, ColumnType type)
{
    if (type == ColumnType::integer)
        to.bind(parameter, row.isNull(column) ? std::nullopt : std::optional(row.integer(column)));
    else if (type == ColumnType::text || row.isNull(column))
        to.bind(parameter, row.isNull(column) ? std::nullopt : std::optional(row.text(column)));
    else
    {
        const std::string bytes = row.text(column);
        to.bind(parameter, SqlBlob{bytes});
    }
}

/// The columns that both have.
std::vector<Column> commonColumns(CopySide &from, CopySide &to, const std::string &table)
{
    std::vector<Column> common;
    const std::vector<Column> there = to.columnsOf(table);
    for (const Column &each : from.columnsOf(table))
        if (std::any_of(there.begin(), there.end(), [&](const Column &other) { return other.name == each.name; }))
            common.push_back(each);
    return common;
}

class TableCopy
{
public:
    TableCopy(CopySide &from, CopySide &to, const CopiedTable &table)
        : from_(from), to_(to), table_(table), columns_(commonColumns(from, to, table.name))
    {
        std::string names;
        std::string values;
        for (std::size_t i = 0; i < columns_.size(); ++i)
        {
            names += (i == 0 ? "" : ", ") + columns_[i].name;
            values += (i == 0 ? "?" : ", ?") + std::to_string(i + 1);
        }
        const std::string key = table.key;
        select_ = from.kept("SELECT " + names + (key.empty() ? "" : ", " + key) + " FROM " + table.name +
                            (key.empty() ? "" : " WHERE " + key + " > ?1 ORDER BY " + key + " LIMIT ?2"));
        insert_ = to.kept("INSERT INTO " + std::string(table.name) + " (" + names + ") VALUES (" + values + ")");
    }

    /// Returns how many rows.
    std::int64_t run()
    {
        if (*table_.key == '\0')
            return copy(from_.database().statement(select_));
        std::int64_t all = 0;
        for (std::int64_t copied = -1; copied != 0; all += copied)
            copied = copy(from_.database().statement(select_, last_, table_.part));
        return all;
    }

private:
    std::int64_t copy(SqlStatement rows)
    {
        std::int64_t copied = 0;
        for (; rows.next(); ++copied)
        {
            to_.database().runBound(insert_, [&](SqlStatement &to) {
                for (std::size_t i = 0; i < columns_.size(); ++i)
                    bindColumn(to, static_cast<int>(i + 1), rows, static_cast<int>(i), columns_[i].type);
            });
            if (*table_.key != '\0')
                last_ = rows.integer(static_cast<int>(columns_.size()));
        }
        return copied;
    }

    CopySide &from_;
    CopySide &to_;
    const CopiedTable table_;
    const std::vector<Column> columns_;
    const char *select_ = nullptr;
    const char *insert_ = nullptr;
    std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
};

/// They count what was deleted, too.
void copySourceCounts(CopySide &from, CopySide &to)
{
    to.run(std::string("DELETE FROM ") + to.sourceCounts());
    SqlStatement row =
        from.rows("SELECT source_id, deliveries, events, not_understood, kept, sealed_bytes, last FROM source_count");
    const std::string insert = std::string("INSERT INTO ") + to.sourceCounts() +
                               " (source_id, deliveries, events, not_understood, kept, sealed_bytes, last)"
                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    while (row.next())
        to.run(insert, row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.integer(5),
               row.isNull(6) ? std::nullopt : std::optional(row.integer(6)));
}

CopyReport copyTables(CopySide &from, CopySide &to)
{
    CopyReport report;
    for (const CopiedTable &table : copiedTables)
    {
        report.rows.emplace_back(table.name, TableCopy(from, to, table).run());
        if (std::string_view(table.key) == "id" && !std::string_view(table.name).ends_with("_document") &&
            std::string_view(table.name) != "delivery_body")
            if (const std::int64_t last = from.lastId(table.name); last > 0)
                to.setLastId(table.name, last);
    }
    copySourceCounts(from, to);
    to.commit();
    from.leave();
    return report;
}

CopyReport copyAll(CopySide &from, CopySide &to)
try
{
    return copyTables(from, to);
}
catch (const PostgresError &error)
{
    if (!error.isLost())
        throw;
    throw StoreError(
        StoreError::Kind::unavailable,
        std::string("the database was lost while the store was copied: ") + error.what() +
            ". Run the same command again: it copies everything, or says that the target already has data, "
            "and then everything was copied");
}

} // namespace

std::int64_t CopyReport::rowsOf(const std::string &table) const
{
    for (const auto &[name, count] : rows)
        if (name == table)
            return count;
    return 0;
}

CopyReport copyStore(const StorePlace &from, const StorePlace &to)
try
{
    const auto source = sideOf(from, false);
    const auto target = sideOf(to, true);
    return copyAll(*source, *target);
}
catch (const SqliteError &error)
{
    throw toStoreError(error);
}
catch (const PostgresError &error)
{
    throw toStoreError(error);
}

} // namespace psa::store
