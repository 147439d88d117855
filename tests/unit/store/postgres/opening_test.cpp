// What the store on PostgreSQL refuses, and what hosts tell each other.
#include "host/store/postgres/change_poller.h"
#include "host/store/postgres/postgres_migrations.h"
#include "host/store/postgres/postgres_opening.h"
#include "host/store/postgres_store.h"
#include "tests/support/postgres/cluster.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <fstream>
#include <future>

using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;
using psa::test::postgres::Cluster;
using psa::test::postgres::Session;

namespace {

PostgresStoreSettings plainSettings(const std::string &uri)
{
    PostgresStoreSettings settings;
    settings.uri = uri;
    return settings;
}

std::string optionOf(const PostgresConnection::Options &options, const std::string &name)
{
    for (const auto &[key, value] : options)
        if (key == name)
            return value;
    return "";
}

/// Collects the changes that a store reports.
class Heard
{
public:
    explicit Heard(Store &store) : store_(store)
    {
        store.onChange([this](const StoreChange &change) {
            const std::lock_guard lock(mutex_);
            all_.push_back(change);
            more_.notify_all();
        });
    }
    ~Heard() { store_.onChange(nullptr); }
    /// Waits for a change that fits; false = there was none in time.
    template <class Fits>
    bool await(const Fits &fits)
    {
        std::unique_lock lock(mutex_);
        return more_.wait_for(lock, 10s, [&] { return std::any_of(all_.begin(), all_.end(), fits); });
    }

private:
    Store &store_;
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<StoreChange> all_;
};

} // namespace

TEST_CASE("a server that could lose what it acknowledged is refused", "[store][postgres]")
{
    Cluster cluster;
    const std::string uri = cluster.uri(cluster.createDatabase());
    const auto refusal = [&](const std::string &setting) {
        cluster.configure({setting});
        cluster.restart(Cluster::Stop::fast);
        try
        {
            openPostgresStore(plainSettings(uri));
        }
        catch (const StoreRefused &refused)
        {
            return std::string(refused.what());
        }
        return std::string("opened");
    };
    CHECK_THAT(refusal("fsync = off"), Catch::Contains("fsync is off"));
    cluster.configure({"fsync = on"});
    CHECK_THAT(refusal("full_page_writes = off"), Catch::Contains("full_page_writes is off"));
    cluster.configure({"full_page_writes = on"});
    CHECK_THAT(refusal("synchronous_commit = local"), Catch::Contains("synchronous_commit is local"));
    auto named = plainSettings(uri);
    named.synchronousCommit = "on";
    CHECK(openPostgresStore(named)->health().writable);
}

TEST_CASE("a standby is never used", "[store][postgres]")
{
    Cluster primary;
    const std::string database = primary.createDatabase();
    openPostgresStore(plainSettings(primary.uri(database)));
    const auto standby = primary.createStandby();
    CHECK_THROWS_AS(openPostgresStore(plainSettings(standby->uri(database))), StoreRefused);
    CHECK_THROWS_WITH(openPostgresStore(plainSettings(standby->uri(database) + "&target_session_attrs=any")),
                      Catch::Contains("it is a standby"));
    const auto store = openPostgresStore(plainSettings(standby->failoverUri(primary, database)));
    CHECK(store->health().writable);
}

TEST_CASE("a database is trusted only after TLS has verified it, except on this machine", "[store][postgres]")
{
    const auto modeOf = [](const std::string &uri) {
        return optionOf(postgresOptions(plainSettings(uri), uri), "sslmode");
    };
    CHECK(modeOf("postgresql://psa@db.example.com/psa") == "verify-full");
    CHECK(modeOf("postgresql://psa@127.0.0.1,db.example.com/psa") == "verify-full");
    CHECK(modeOf("postgresql://psa@db.example.com/psa?sslmode=require") == "require");
    CHECK(modeOf("postgresql://psa@127.0.0.1/psa").empty());
    CHECK(modeOf("postgresql:///psa?host=/run/postgresql").empty());
    CHECK(modeOf("postgresql://psa@/psa?hostaddr=192.0.2.7") == "verify-full");
    CHECK(optionOf(postgresOptions(plainSettings("x"), "postgresql://a,b/psa"), "target_session_attrs") ==
          "read-write");
}

TEST_CASE("the password of the database is in no error", "[store][postgres]")
{
    TestFolder folder;
    const auto file = folder.path() / "password";
    std::ofstream(file) << "hunter2-secret\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    auto settings = plainSettings("postgresql://nobody@127.0.0.1:1/psa");
    settings.passwordFile = file;
    CHECK(optionOf(postgresOptions(settings, settings.uri), "password") == "hunter2-secret");
    CHECK_THROWS_WITH(openPostgresStore(settings), !Catch::Contains("hunter2"));
    CHECK_THROWS_WITH(openPostgresStore(plainSettings("postgresql://x:hunter2@[/psa")), !Catch::Contains("hunter2"));
}

TEST_CASE("a host works on the schema of the next release, and refuses later ones", "[store][postgres]")
{
    Cluster &cluster = Cluster::shared();
    const std::string uri = cluster.uri(cluster.createDatabase());
    auto store = openPostgresStore(plainSettings(uri));
    addConnections(*store, {"acme"});
    store.reset();
    const auto newest = static_cast<int>(postgresSchemaVersions().size());
    Session session(uri);
    session.run("ALTER TABLE psa.ticket ADD COLUMN later BIGINT NOT NULL DEFAULT 7");
    session.run("CREATE TABLE psa.later (id BIGINT PRIMARY KEY)");
    session.run("INSERT INTO psa.schema_version VALUES (" + std::to_string(newest + 1) + ")");
    store = openPostgresStore(plainSettings(uri));
    CHECK(!store->openReport().created);
    CHECK(insert(*store, sampleTicket("acme", "R1")).ticket.id == 1);
    store.reset();
    session.run("INSERT INTO psa.schema_version VALUES (" + std::to_string(newest + 2) + ")");
    CHECK_THROWS_WITH(openPostgresStore(plainSettings(uri)), Catch::Contains("use a newer psa-host"));
}

TEST_CASE("hosts that open an empty database at the same time create it once", "[store][postgres]")
{
    Cluster &cluster = Cluster::shared();
    const std::string uri = cluster.uri(cluster.createDatabase());
    std::vector<std::future<bool>> calls;
    for (int i = 0; i < 4; ++i)
        calls.push_back(std::async(std::launch::async,
                                   [&] { return openPostgresStore(plainSettings(uri))->openReport().created; }));
    int created = 0;
    for (auto &call : calls)
        created += call.get() ? 1 : 0;
    CHECK(created == 1);
}

TEST_CASE("a host hears what another one has changed, by a hint or without", "[store][postgres]")
{
    Cluster &cluster = Cluster::shared();
    const std::string uri = cluster.uri(cluster.createDatabase());
    auto settings = plainSettings(uri);
    settings.pollEvery = GENERATE(60000ms, 100ms); // by a hint alone, and soon anyway
    const auto one = openPostgresStore(settings);
    addConnections(*one, {"acme"});
    const auto other = openPostgresStore(settings);
    Heard heard(*other);
    const std::int64_t id = insert(*one, sampleTicket("acme", "R1")).ticket.id;
    CHECK(heard.await([&](const StoreChange &change) {
        return change.remote && change.tickets == std::vector<std::int64_t>{id} && change.of.contains("acme");
    }));
    one->write([](StoreWriter &writer) { writer.putValue("tokens", "x"); });
    CHECK(heard.await([](const StoreChange &change) { return change.remote && change.settings; }));
    // After its connection was lost it listens again, and looks at once.
    cluster.terminateBackends(uri.substr(uri.rfind('/') + 1, uri.find('?') - uri.rfind('/') - 1));
    one->write([](StoreWriter &writer) { writer.appendAudit({}); });
    CHECK(heard.await([](const StoreChange &change) { return change.remote && change.audit; }));
    other->write([](StoreWriter &writer) { writer.addConnection(sampleConnection("beta")); });
    CHECK(heard.await([](const StoreChange &change) { return !change.remote && change.connections; }));
}

TEST_CASE("a row that is committed after a later one is seen", "[store][postgres]")
{
    SeenIds seen;
    const psa::clock::Clock::Steady start{};
    CHECK(seen.see(7, start));
    CHECK(!seen.see(7, start));
    CHECK(seen.see(10, start));
    CHECK(seen.gaps(start) == std::vector<std::int64_t>{8, 9});
    CHECK(seen.see(9, start));
    CHECK(!seen.see(9, start));
    CHECK(seen.gaps(start + 1min) == std::vector<std::int64_t>{8});
    CHECK(seen.gaps(start + 61s).empty());
    CHECK(seen.highest() == 10);
    CHECK(seen.see(200000, start));
    CHECK(seen.gaps(start).size() == 10000);
}
