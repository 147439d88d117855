// The traps of a durable queue on PostgreSQL that a store can fall into: one test for each, of its name.
#include "tests/postgres/shared_store.h"
#include "tests/support/postgres/pooler.h"
#include "tests/support/postgres/server_programs.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <iostream>
#include <map>
#include <set>
#include <thread>

using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace psa::test::postgres;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

using Steady = std::chrono::steady_clock;

std::vector<std::string> referencesIn(Store &store)
{
    return list(store, {});
}

/// Adds tickets from several threads until it is stopped; each is acknowledged, or was not added, or it is not known.
class Writers
{
public:
    explicit Writers(Store &store, int threads = 4)
    {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this, &store, i] { run(store, "w" + std::to_string(i) + "-"); });
    }
    ~Writers() { stop(); }
    Writers(const Writers &) = delete;
    Writers &operator=(const Writers &) = delete;

    void stop()
    {
        stopping_ = true;
        for (std::thread &each : threads_)
            if (each.joinable())
                each.join();
    }
    /// Waits for so many more.
    void await(std::size_t more) const
    {
        const std::size_t wanted = acknowledged().size() + more;
        for (const auto until = Steady::now() + 30s; acknowledged().size() < wanted && Steady::now() < until;)
            std::this_thread::sleep_for(2ms);
        REQUIRE(acknowledged().size() >= wanted);
    }
    std::set<std::string> acknowledged() const
    {
        const std::lock_guard lock(mutex_);
        return acknowledged_;
    }
    /// Of those that are neither acknowledged nor known not to be done.
    std::set<std::string> unclear() const
    {
        const std::lock_guard lock(mutex_);
        return unclear_;
    }

private:
    void run(Store &store, const std::string &prefix)
    {
        for (int number = 0; !stopping_; ++number)
            add(store, prefix + std::to_string(number));
    }

    void add(Store &store, const std::string &reference)
    try
    {
        insert(store, sampleTicket("acme", reference));
        const std::lock_guard lock(mutex_);
        acknowledged_.insert(reference);
    }
    catch (const StoreError &error)
    {
        if (error.perhapsDone)
        {
            const std::lock_guard lock(mutex_);
            unclear_.insert(reference);
        }
        std::this_thread::sleep_for(5ms);
    }

    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::set<std::string> acknowledged_; ///< Guarded.
    std::set<std::string> unclear_;      ///< Guarded.
    std::vector<std::thread> threads_;
};

/// Each acknowledged ticket is stored; what is stored was acknowledged, or unclear.
void checkAcknowledged(const Writers &writers, Store &store)
{
    const std::set<std::string> acknowledged = writers.acknowledged();
    const std::set<std::string> unclear = writers.unclear();
    const std::vector<std::string> all = referencesIn(store);
    const std::set<std::string> stored(all.begin(), all.end());
    CHECK(stored.size() == all.size());
    std::vector<std::string> lost;
    for (const std::string &each : acknowledged)
        if (!stored.contains(each))
            lost.push_back(each);
    CHECK(lost == std::vector<std::string>());
    std::vector<std::string> denied;
    for (const std::string &each : stored)
        if (!acknowledged.contains(each) && !unclear.contains(each))
            denied.push_back(each);
    CHECK(denied == std::vector<std::string>());
}

/// Whole lives of tickets: added, claimed, settled, deleted from what is hot. Returns how many a second.
double livesPerSecond(Store &store, const std::string &prefix, int count)
{
    const auto start = Steady::now();
    for (int i = 0; i < count; ++i)
    {
        addTicket(store, prefix + std::to_string(i));
        const auto claimed = claim(store, "acme");
        REQUIRE(claimed.size() == 1);
        TicketSettlement done = settlement(TicketState::done);
        done.outcome = TicketOutcome{"4711", "T1", "https://psa.example/4711", {}, false};
        REQUIRE(settle(store, claimed.front(), done));
    }
    return count / std::chrono::duration<double>(Steady::now() - start).count();
}

/// Of a write; "" = it was acknowledged.
std::string failureOf(std::future<void> &written)
try
{
    written.get();
    return "";
}
catch (const StoreError &error)
{
    return std::string(error.kind == StoreError::Kind::unavailable ? "unavailable" : error.what()) +
           (error.perhapsDone ? ", perhaps done" : "");
}

std::size_t countOf(const std::string &text, const std::string &word)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        ++count;
    return count;
}

} // namespace

TEST_CASE("trap 4: changes of other hosts arrive after every connection was lost, and where notifications do not")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    const std::string database = cluster.createDatabase();
    const auto here = openStore(cluster.uri(database));
    addConnections(*here, {"acme"});
    Pooler pooler(cluster, Pooler::Mode::transaction); // passes no notification on
    for (const std::string &uri : {cluster.uri(database), pooler.uri(database)})
    {
        const auto there = openStore(uri);
        const Changes changes(*there);
        const std::string way = uri.find("127.0.0.1") == std::string::npos ? "direct " : "pooled ";
        CHECK(changes.await(addTicket(*here, way)));
        for (int round = 0; round < 3; ++round)
        {
            cluster.terminateBackends(database);
            CHECK(changes.await(addTicket(*here, way + std::to_string(round))));
        }
    }
}

TEST_CASE("trap 5: hosts that share the few server connections of a pooler see and write the same")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    for (const auto mode : {Pooler::Mode::session, Pooler::Mode::transaction})
    {
        const std::string database = cluster.createDatabase();
        // In transaction mode all statements of both hosts go through two server connections, in any order.
        Pooler pooler(cluster, mode, mode == Pooler::Mode::session ? 20 : 2);
        const auto one = openStore(pooler.uri(database));
        const auto other = openStore(pooler.uri(database));
        addConnections(*one, {"acme"});
        Writers writers(*one);
        for (int i = 0; i < 40; ++i)
        {
            const std::int64_t id = addTicket(*other, "other " + std::to_string(i));
            CHECK(get(*other, id).reference == "other " + std::to_string(i));
            CHECK(get(*one, id).reference == "other " + std::to_string(i));
        }
        pooler.restart();
        writers.await(50);
        addTicket(*other, "after the restart");
        writers.stop();
        const std::vector<std::string> all = referencesIn(*other);
        const std::set<std::string> stored(all.begin(), all.end());
        for (const std::string &each : writers.acknowledged())
            CHECK(stored.contains(each));
        CHECK(stored.contains("after the restart"));
    }
}

TEST_CASE("ids grow in the order in which writes of several hosts were acknowledged")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    const std::string database = cluster.createDatabase();
    const auto one = openStore(cluster.uri(database));
    const auto other = openStore(cluster.uri(database));
    addConnections(*one, {"acme"});
    // After many in one transaction, a host takes more ids than it needs.
    one->write([](StoreWriter &writer) {
        for (int i = 0; i < 40; ++i)
            psa::service::insertTicket(writer, sampleTicket("acme", "first " + std::to_string(i)));
    });
    std::int64_t last = 0;
    for (int i = 0; i < 10; ++i)
        for (Store *store : {one.get(), other.get()})
        {
            const std::int64_t id = addTicket(*store, std::to_string(i) + (store == one.get() ? " one" : " other"));
            CHECK(id > last);
            last = id;
        }
}

TEST_CASE("trap 6: a burst of writes sends few notifications, and none of them is needed for the work")
{
    if (isSkipped())
        return;
    Cluster cluster(TestFolder::inMemory(), {"log_statement = 'all'"});
    const std::string database = cluster.createDatabase();
    const auto store = openStore(cluster.uri(database));
    addConnections(*store, {"acme"});
    const std::size_t before = countOf(cluster.logged(), "NOTIFY") + countOf(cluster.logged(), "pg_notify");
    const auto start = Steady::now();
    {
        Writers writers(*store, 16);
        writers.await(2000);
    }
    const double seconds = std::chrono::duration<double>(Steady::now() - start).count();
    const std::string logged = cluster.logged();
    const std::size_t sent = countOf(logged, "NOTIFY") + countOf(logged, "pg_notify") - before;
    CAPTURE(seconds);
    CHECK(sent <= static_cast<std::size_t>(seconds * 20) + 2);
}

TEST_CASE("trap 7: under a snapshot that is held open everything is still claimed, at a rate that is seen")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    const std::string database = cluster.createDatabase();
    const auto store = openStore(cluster.uri(database));
    addConnections(*store, {"acme"});
    constexpr int lives = 150;
    livesPerSecond(*store, "warm ", 100);
    const double free = livesPerSecond(*store, "free ", lives);
    Session report(cluster.uri(database));
    report.holdSnapshot();
    livesPerSecond(*store, "piles up ", 2 * lives);
    const double pinned = livesPerSecond(*store, "pinned ", lives);
    std::cerr << "lives of tickets a second: " << static_cast<int>(free) << ", and " << static_cast<int>(pinned)
              << " while dead rows of " << 2 * lives << " lives cannot be removed: " << pinned / free << " times\n";
    CHECK(claim(*store, "acme", 100).empty());
    const auto counts = store->read([](const StoreReader &reader) { return reader.counts(); });
    REQUIRE(counts.size() == 1);
    CHECK(counts.front().in(TicketState::done) == 100 + 4 * lives);
}

TEST_CASE("a claim reads the rows that it takes, however many are due")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    const std::string database = cluster.createDatabase();
    const auto store = openStore(cluster.uri(database));
    addConnections(*store, {"acme"});
    store->write([](StoreWriter &writer) {
        for (int i = 0; i < 2000; ++i)
            psa::service::insertTicket(writer, sampleTicket("acme", "due " + std::to_string(i)));
    });
    Session statistics(cluster.uri(database));
    const auto read = [&] {
        return std::stoi(statistics.value("SELECT coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_user_tables"
                                          " WHERE relname = 'ticket_document'"));
    };
    int claims = 0;
    // A back end reports what it has read once in a second.
    for (const auto until = Steady::now() + 30s; read() < 10 && Steady::now() < until; ++claims)
    {
        REQUIRE(claim(*store, "acme").size() == 1);
        std::this_thread::sleep_for(50ms);
    }
    CAPTURE(claims);
    CHECK(read() >= 10);
    CHECK(read() <= 100 * claims); // and not all 2000 that are due
}

TEST_CASE("trap 11: a commit whose wait for the standby was cancelled is not acknowledged")
{
    if (isSkipped())
        return;
    Cluster primary;
    const auto standby = primary.createStandby();
    const std::string database = primary.createDatabase();
    PostgresStoreSettings settings;
    settings.uri = primary.uri(database);
    settings.deadline = 3s;
    const auto store = openPostgresStore(settings);
    addConnections(*store, {"acme"});
    addTicket(*store, "replicated");
    standby->stop();
    const std::string waiting = " FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = '" + database + "'";
    for (const std::string how : {"pg_cancel_backend", "pg_terminate_backend"})
    {
        CAPTURE(how);
        auto written = std::async(std::launch::async, [&] { insert(*store, sampleTicket("acme", how)); });
        Session administrator(primary.uri());
        administrator.await("SELECT count(*) > 0" + waiting);
        // And so is every wait in which it tries to find out whether the commit is durable.
        const auto until = Steady::now() + 60s;
        while (written.wait_for(20ms) != std::future_status::ready && Steady::now() < until)
            administrator.run("SELECT " + how + "(pid)" + waiting);
        CHECK(Steady::now() < until);
        if (Steady::now() >= until)
            primary.configure({"synchronous_standby_names = ''"});
        CHECK(failureOf(written) == "unavailable, perhaps done");
    }
}

TEST_CASE("trap 11: while there is no standby to wait for, writes fail and are not acknowledged")
{
    if (isSkipped())
        return;
    Cluster primary;
    const auto standby = primary.createStandby();
    const std::string database = primary.createDatabase();
    PostgresStoreSettings settings;
    settings.uri = primary.uri(database);
    settings.deadline = 2s;
    const auto store = openPostgresStore(settings);
    addConnections(*store, {"acme"});
    standby->stop();
    auto first = std::async(std::launch::async, [&] { insert(*store, sampleTicket("acme", "first")); });
    CHECK(first.wait_for(60s) == std::future_status::ready);
    standby->start();
    CHECK(failureOf(first) == "unavailable, perhaps done");
    addTicket(*store, "second");
    CHECK_THAT(referencesIn(*store), Catch::VectorContains(std::string("second")));
}

TEST_CASE("trap 11: what was acknowledged is in the standby that takes over when the primary is killed")
{
    if (isSkipped())
        return;
    Cluster primary;
    const auto standby = primary.createStandby();
    const std::string database = primary.createDatabase();
    const auto store = openStore(primary.failoverUri(*standby, database));
    addConnections(*store, {"acme"});
    {
        Writers writers(*store);
        writers.await(100);
        primary.kill();
        standby->promote();
        writers.await(100);
        writers.stop();
        checkAcknowledged(writers, *store);
    }
    CHECK_THAT(refusalOf(primary.uri(database)), !Catch::Equals("")); // nothing is there
}

TEST_CASE("trap 11: a replica, a server that may forget, and commits that do not wait are refused")
{
    if (isSkipped())
        return;
    Cluster primary;
    const std::string database = primary.createDatabase();
    CHECK(refusalOf(primary.uri(database)).empty());
    const auto standby = primary.createStandby();
    CHECK_THAT(refusalOf(standby->uri(database)), Contains("read-only"));
    CHECK_THAT(refusalOf(standby->uri(database) + "&target_session_attrs=any"), Contains("standby"));
    for (const char *setting : {"fsync = off", "full_page_writes = off", "synchronous_commit = off"})
    {
        CAPTURE(setting);
        Cluster forgetful(TestFolder::inMemory(), {setting});
        const std::string name(setting, std::string(setting).find(' '));
        const std::string refusal = refusalOf(forgetful.uri(forgetful.createDatabase()));
        if (name == "synchronous_commit" && refusal.empty())
            continue; // it asks for it in each transaction
        CHECK_THAT(refusal, Contains(name));
    }
}

TEST_CASE("what was acknowledged survives back ends that are killed and restarts of the server")
{
    if (isSkipped())
        return;
    Cluster cluster;
    const std::string database = cluster.createDatabase();
    const auto store = openStore(cluster.uri(database));
    addConnections(*store, {"acme"});
    Writers writers(*store);
    for (int round = 0; round < 3; ++round)
    {
        writers.await(30);
        cluster.terminateBackends(database);
        writers.await(30);
        Session victim(cluster.uri(database));
        const std::string writes = victim.value("SELECT max(pid) FROM pg_stat_activity WHERE datname = '" + database +
                                                "' AND pid <> pg_backend_pid()");
        cluster.killBackend(std::stoi(writes));
        writers.await(30);
        cluster.restart(round == 0 ? Cluster::Stop::fast : Cluster::Stop::immediate);
        writers.await(30);
        cluster.kill();
        cluster.start();
    }
    writers.await(30);
    writers.stop();
    checkAcknowledged(writers, *store);
}

TEST_CASE("trap 12: hosts that lose the database log that once each, and come back one by one")
{
    if (isSkipped())
        return;
    Cluster cluster(TestFolder::inMemory(), {"log_connections = on"});
    const std::string database = cluster.createDatabase();
    const auto log = std::make_shared<Log>();
    std::vector<std::unique_ptr<Store>> stores;
    for (int i = 0; i < 3; ++i)
        stores.push_back(openStore(cluster.uri(database), log));
    addConnections(*stores.front(), {"acme"});
    const std::size_t before = log->lines().size();
    cluster.stop();
    const auto until = Steady::now() + 3s;
    {
        std::vector<std::unique_ptr<Writers>> callers;
        for (const auto &store : stores)
            callers.push_back(std::make_unique<Writers>(*store));
        std::this_thread::sleep_until(until);
        for (const auto &each : callers)
            CHECK(each->acknowledged().empty());
    }
    const std::vector<std::string> lines = log->lines();
    CAPTURE(lines);
    CHECK(lines.size() >= before + 3);
    CHECK(lines.size() <= before + 9); // three connections of each
    cluster.start();
    for (const auto &store : stores)
        untilAvailable([&] { store->read([](const StoreReader &reader) { return reader.counts(); }); });
    CHECK(log->lines().size() <= before + 18); // once more when they are back
}

TEST_CASE("trap 12: a write that always fails stops no other write")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    const auto store = openStore(cluster.uri(cluster.createDatabase()));
    addConnections(*store, {"acme"});
    std::atomic<int> refused{0};
    std::atomic<bool> stopping{false};
    std::thread wedged([&] {
        while (!stopping)
            try
            {
                store->write([](StoreWriter &writer) {
                    writer.putValue("half", "done");
                    writer.setBreakers("no such connection", "{}");
                });
            }
            catch (const StoreError &error)
            {
                refused += error.kind == StoreError::Kind::notFound ? 1 : 0;
            }
    });
    {
        Writers writers(*store);
        writers.await(200);
        writers.stop();
        checkAcknowledged(writers, *store);
    }
    stopping = true;
    wedged.join();
    CHECK(refused > 0);
    CHECK_FALSE(store->read([](const StoreReader &reader) { return reader.value("half"); }));
}
