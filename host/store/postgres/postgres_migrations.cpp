#include "host/store/postgres/postgres_migrations.h"

#include "host/store/postgres/postgres_opening.h"

#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace psa::store {
namespace {

using namespace std::chrono_literals;

/// While a lock on a table is waited for, all hosts that want to use the table wait behind it.
constexpr const char *waitAtMost = "SET LOCAL lock_timeout = '500ms'";
constexpr auto triesAgainAfter = 500ms; ///< And up to as long again, so that hosts do not try at the same times.

std::string withSchema(std::string sql, const std::string &quoted)
{
    for (std::size_t at = sql.find('@'); at != std::string::npos; at = sql.find('@', at + quoted.size()))
        sql.replace(at, 1, quoted);
    return sql;
}

int storedVersion(PostgresConnection &connection, const std::string &quoted)
{
    const bool exists =
        valueOf(connection, "SELECT to_regclass(" + quotedText(quoted + ".schema_version") + ") IS NOT NULL") == "t";
    return exists ? std::stoi("0" + valueOf(connection, "SELECT max(version) FROM " + quoted + ".schema_version")) : 0;
}

class Migration
{
public:
    Migration(PostgresConnection &connection, const PostgresStoreSettings &settings,
              const std::vector<PostgresSchemaVersion> &versions)
        : connection_(connection), settings_(settings), versions_(versions), quoted_(quotedName(settings.schema))
    {
    }

    /// Returns whether the schema was created.
    bool run()
    {
        bool created = false;
        const auto until = std::chrono::steady_clock::now() + settings_.deadline;
        while (postgresSchemaVersion(connection_, settings_.schema, versions_) < newest())
            try
            {
                created = takeStep() || created;
            }
            catch (const PostgresError &error)
            {
                if (!error.isCollision())
                    throw;
                connection_.execute("ROLLBACK");
                if (std::chrono::steady_clock::now() > until)
                    throw StoreRefused(blocked());
                unsigned char spread = 0;
                settings_.random(&spread, sizeof spread);
                std::this_thread::sleep_for(triesAgainAfter + triesAgainAfter * spread / 256);
            }
        if (!created && storedVersion(connection_, quoted_) == newest())
            createIndexes();
        return created;
    }

private:
    int newest() const { return static_cast<int>(versions_.size()); }

    /// One transaction: the next version; all of them, if there is no store yet. Returns whether there was none.
    bool takeStep()
    {
        connection_.execute("BEGIN");
        connection_.execute(waitAtMost);
        connection_.execute("SELECT pg_advisory_xact_lock(5784148)"); // other hosts may start at the same time
        const int found = storedVersion(connection_, quoted_);
        const bool creates = found == 0;
        if (creates)
            connection_.execute("CREATE SCHEMA IF NOT EXISTS " + quoted_);
        for (int next = found + 1; next <= (creates ? newest() : std::min(found + 1, newest())); ++next)
        {
            const PostgresSchemaVersion &version = versions_.at(static_cast<std::size_t>(next) - 1);
            connection_.execute(withSchema(version.sql, quoted_));
            for (const PostgresIndex &each : version.indexes)
                if (creates)
                    connection_.execute(statementFor(each, ""));
            connection_.execute("INSERT INTO " + quoted_ + ".schema_version VALUES (" + std::to_string(next) + ")");
        }
        connection_.execute("COMMIT");
        return creates;
    }

    std::string statementFor(const PostgresIndex &index, const char *how) const
    {
        return std::string("CREATE ") + (index.isUnique ? "UNIQUE " : "") + "INDEX " + how + index.name + " ON " +
               withSchema(index.on, quoted_);
    }

    /// Those that are missing, because the version is new, or a host has ended while it created them.
    void createIndexes()
    {
        for (const PostgresSchemaVersion &version : versions_)
            for (const PostgresIndex &index : version.indexes)
                try
                {
                    create(index);
                }
                catch (const PostgresError &error)
                {
                    if (error.state == "42P07")
                        continue; // another host creates it
                    settings_.log(
                        "The index " + index.name +
                        " of the database is not created yet; the next start tries it again: " + error.what());
                    if (error.isLost()) // the server goes on with it
                        return;
                }
    }

    void create(const PostgresIndex &index)
    {
        const std::string name = "to_regclass(" + quotedText(quoted_ + "." + index.name) + ")";
        const std::string valid = valueOf(connection_, "SELECT indisvalid FROM pg_index WHERE indexrelid = " + name);
        if (valid == "t")
            return;
        if (valid == "f") // left behind, unless a host is creating it now
        {
            if (valueOf(connection_,
                        "SELECT count(*) FROM pg_stat_progress_create_index WHERE index_relid = " + name) != "0")
                return;
            connection_.execute("DROP INDEX CONCURRENTLY IF EXISTS " + quoted_ + "." + index.name);
        }
        connection_.execute(statementFor(index, "CONCURRENTLY "));
    }

    std::string blocked()
    {
        const std::string holder = valueOf(
            connection_, "SELECT 'process ' || a.pid || ' (' || coalesce(nullif(a.application_name, ''), 'unnamed')"
                         " || ', ' || coalesce(a.state, 'unknown') || ') has had a transaction open since '"
                         " || date_trunc('second', a.xact_start) FROM pg_stat_activity a"
                         " WHERE a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL AND EXISTS (SELECT 1"
                         " FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                         " JOIN pg_namespace n ON n.oid = c.relnamespace"
                         " WHERE l.pid = a.pid AND l.granted AND n.nspname = " +
                             quotedText(settings_.schema) + ") ORDER BY a.xact_start LIMIT 1");
        return "the database cannot be brought to schema version " + std::to_string(newest()) +
               ", because others use its tables all the time" + (holder.empty() ? "" : ": " + holder) +
               "; end that transaction, then start psa-host again";
    }

    PostgresConnection &connection_;
    const PostgresStoreSettings &settings_;
    const std::vector<PostgresSchemaVersion> &versions_;
    const std::string quoted_;
};

} // namespace

int postgresSchemaVersion(PostgresConnection &connection, const std::string &schema,
                          const std::vector<PostgresSchemaVersion> &versions)
{
    const int found = storedVersion(connection, quotedName(schema));
    const int newest = static_cast<int>(versions.size());
    // Versions expand first and contract later: the release before works on the schema of this one.
    if (found > newest + 1)
        throw StoreRefused("the database has schema version " + std::to_string(found) +
                           ", and this psa-host works with up to " + std::to_string(newest + 1) +
                           "; use a newer psa-host");
    return found;
}

bool migratePostgres(PostgresConnection &connection, const PostgresStoreSettings &settings,
                     const std::vector<PostgresSchemaVersion> &versions)
{
    return Migration(connection, settings, versions).run();
}

} // namespace psa::store
