// The schema of a database in PostgreSQL is brought up to date while hosts use it.
#include "host/store/copy.h"
#include "host/store/postgres/postgres_migrations.h"
#include "host/store/postgres/postgres_opening.h"
#include "tests/support/postgres/cluster.h"
#include "tests/support/test_folder.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <future>
#include <mutex>
#include <thread>

using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;
using psa::test::postgres::Cluster;
using psa::test::postgres::Session;
using Steady = std::chrono::steady_clock;

namespace {

/// A database with the schema of the first release, as a host of it left it.
class FirstSchema
{
public:
    FirstSchema()
    {
        settings_.uri = Cluster::shared().uri(Cluster::shared().createDatabase());
        settings_.log = [this](const std::string &line) {
            const std::lock_guard lock(mutex_);
            logged_ += line + "\n";
        };
        PostgresConnection connection(postgresOptions(settings_, settings_.uri), settings_.deadline);
        REQUIRE(migratePostgres(connection, settings_, {postgresSchemaVersions().front()}));
    }

    PostgresStoreSettings settings(std::chrono::milliseconds deadline = 30s) const
    {
        PostgresStoreSettings settings = settings_;
        settings.deadline = deadline;
        return settings;
    }
    std::unique_ptr<Store> open(std::chrono::milliseconds deadline = 30s) const
    {
        return openPostgresStore(settings(deadline));
    }
    Session session() const { return Session(settings_.uri); }
    std::string version() const { return session().value("SELECT max(version) FROM psa.schema_version"); }
    /// "t" or "f"; "" = there is no such index.
    std::string isIndexValid() const
    {
        const auto rows =
            session().run("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('psa.episode_open_key')");
        return rows.empty() ? "" : rows.front().front();
    }
    std::string logged() const
    {
        const std::lock_guard lock(mutex_);
        return logged_;
    }

private:
    PostgresStoreSettings settings_;
    mutable std::mutex mutex_;
    std::string logged_; ///< Guarded.
};

/// The heartbeat of a host of the first release.
void beat(Session &session, const std::string &owner)
{
    session.run("INSERT INTO psa.host (owner, name, version, started, seen, draining, offers) VALUES ('" + owner +
                "', 'old', '0.2.0', 1, 1, 0, '{}') ON CONFLICT (owner) DO UPDATE SET seen = host.seen + 1");
}

const std::string &newest()
{
    static const std::string version = std::to_string(postgresSchemaVersions().size());
    return version;
}

} // namespace

TEST_CASE("hosts of the release before beat on while a new one waits to migrate, and after it has", "[store][postgres]")
{
    const FirstSchema database;
    Session busy = database.session();
    busy.run("BEGIN");
    beat(busy, "busy"); // and is held open
    auto opened = std::async(std::launch::async, [&] { return database.open(); });
    Session other = database.session();
    auto longest = Steady::duration::zero();
    for (const auto until = Steady::now() + 3s; Steady::now() < until; std::this_thread::sleep_for(20ms))
    {
        const auto start = Steady::now();
        beat(other, "other");
        longest = std::max(longest, Steady::now() - start);
    }
    CHECK(opened.wait_for(0s) == std::future_status::timeout);
    CHECK(longest < 3s); // a lease lasts 10 s; a lock is waited for half a second
    busy.run("COMMIT");
    const auto store = opened.get();
    CHECK(database.version() == newest());
    CHECK(database.isIndexValid() == "t");
    beat(busy, "busy");
    beat(other, "third");
    const auto hosts = store->read([](const StoreReader &reader) { return reader.hosts(); });
    REQUIRE(hosts.size() == 3);
    for (const HostRow &each : hosts)
        CHECK(each.address.empty());
}

TEST_CASE("a transaction of a host of the release before goes on across the migration", "[store][postgres]")
{
    const FirstSchema database;
    Session old = database.session();
    old.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
    old.run("SELECT count(*) FROM psa.value"); // has a snapshot, and has not used the changed table yet
    const auto store = database.open(5s);
    CHECK(database.version() == newest());
    beat(old, "old");
    old.run("INSERT INTO psa.value VALUES ('x', 'y')");
    old.run("COMMIT");
    CHECK(store->read([](const StoreReader &reader) { return reader.value("x"); }) == "y");
}

TEST_CASE("hosts that migrate a database at the same time all open it", "[store][postgres]")
{
    const FirstSchema database;
    std::vector<std::future<std::unique_ptr<Store>>> calls;
    for (int i = 0; i < 4; ++i)
        calls.push_back(std::async(std::launch::async, [&] { return database.open(); }));
    for (auto &call : calls)
        CHECK_FALSE(call.get()->openReport().created);
    CHECK(database.version() == newest());
    CHECK(database.session().value("SELECT count(*) FROM psa.schema_version") == newest());
    CHECK(database.isIndexValid() == "t");
}

TEST_CASE("a migration that a transaction stands in the way of names it, and works once that has ended",
          "[store][postgres]")
{
    const FirstSchema database;
    Session busy = database.session();
    busy.run("SET application_name = 'forgotten'");
    busy.run("BEGIN");
    beat(busy, "busy");
    CHECK_THROWS_WITH(database.open(1s), Catch::Contains("process " + std::to_string(busy.backend())) &&
                                             Catch::Contains("forgotten, idle in transaction") &&
                                             Catch::Contains("end that transaction, then start psa-host again"));
    CHECK(database.version() == "1");
    busy.run("ROLLBACK");
    database.open();
    CHECK(database.version() == newest());
}

TEST_CASE("a host starts without an index that a report holds up, and the index is there later", "[store][postgres]")
{
    const FirstSchema database;
    Session report = database.session();
    report.holdSnapshot();
    {
        const auto store = database.open(2s);
        CHECK(store->health().writable);
        CHECK_THAT(database.logged(), Catch::Contains("episode_open_key"));
        CHECK(database.isIndexValid() == "f");
    }
    report.run("ROLLBACK");
    Session watcher = database.session();
    watcher.await("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('psa.episode_open_key')");
    database.open();
    CHECK(database.isIndexValid() == "t");
}

TEST_CASE("an index that a host left unfinished is created again at the next start", "[store][postgres]")
{
    const FirstSchema database;
    database.open();
    database.session().run(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('psa.episode_open_key')");
    CHECK(database.isIndexValid() == "f");
    database.open();
    CHECK(database.isIndexValid() == "t");
    database.session().run("DROP INDEX psa.episode_open_key");
    database.open();
    CHECK(database.isIndexValid() == "t");
}

TEST_CASE("two open episodes of a key that are there already do not stop a host from starting", "[store][postgres]")
{
    const FirstSchema database;
    for (const char *id : {"1", "2"})
        database.session().run(
            "INSERT INTO psa.episode (id, source_id, source, episode_key, key_hash, episode_group, group_hash, opened,"
            " occurrence, state, seen, parts, rule_id, rule_version, rule_hash, connection, connection_uid,"
            " customer_key, ticket_id, owns_ticket, is_storm, events, document) VALUES (" +
            std::string(id) + ", 1, 's', 'disk', 7, '', 0, 1, '', 0, 1, '', 0, 0, 0, '', '', '', 0, 0, 0, 1, '{}')");
    const auto store = database.open();
    CHECK(store->health().writable);
    CHECK_THAT(database.logged(), Catch::Contains("episode_open_key") && Catch::Contains("unique"));
}

TEST_CASE("a store in the schema of the release before is copied, one that is too new is not", "[store][postgres]")
{
    const FirstSchema database;
    TestFolder folder;
    database.session().run("INSERT INTO psa.value VALUES ('x', 'y')");
    const SqliteStoreSettings target{folder.path() / "copy", "/run/test.sock"};
    CHECK(copyStore(database.settings(), target).rowsOf("value") == 1);
    CHECK(database.version() == "1"); // it is only read
    database.session().run("INSERT INTO psa.schema_version VALUES (" + std::to_string(std::stoi(newest()) + 2) + ")");
    CHECK_THROWS_WITH(copyStore(database.settings(), SqliteStoreSettings{folder.path() / "other", "/run/test.sock"}),
                      Catch::Contains("use a newer psa-host"));
    PostgresStoreSettings empty;
    empty.uri = Cluster::shared().uri(Cluster::shared().createDatabase());
    CHECK_THROWS_WITH(copyStore(empty, SqliteStoreSettings{folder.path() / "third", "/run/test.sock"}),
                      Catch::Contains("there is no store in the database"));
}
