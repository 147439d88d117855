// What the store on PostgreSQL acknowledges, and what becomes of a commit whose answer is lost.
#include "host/store/postgres_store.h"
#include "tests/support/postgres/pooler.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <future>

using namespace psa::store;
using namespace psa::test;
using namespace psa::ticket;
using namespace std::chrono_literals;
using psa::test::postgres::Cluster;
using psa::test::postgres::Pooler;
using psa::test::postgres::Session;

namespace {

struct Line
{
    std::mutex mutex;
    std::string text;
};

PostgresStoreSettings settingsOf(const std::string &uri, const std::shared_ptr<Line> &log = std::make_shared<Line>())
{
    PostgresStoreSettings settings;
    settings.uri = uri;
    settings.log = [log](const std::string &line) {
        const std::lock_guard lock(log->mutex);
        log->text += line + "\n";
    };
    return settings;
}

std::int64_t insertOne(Store &store, const std::string &reference, const std::string &key = "")
{
    return insert(store, sampleTicket("acme", reference, key)).ticket.id;
}

/// A cluster whose commits wait for a standby that does not exist, from waitForStandby() on.
struct Waiting
{
    Cluster cluster;
    std::string database = cluster.createDatabase();
    std::shared_ptr<Line> log = std::make_shared<Line>();
    std::unique_ptr<Store> store = [this] {
        PostgresStoreSettings settings = settingsOf(cluster.uri(database), log);
        settings.deadline = 2s;
        return openPostgresStore(settings);
    }();
    Session admin{cluster.uri("postgres")};

    Waiting() { addConnections(*store, {"acme"}); }

    void waitForStandby(const std::string &name)
    {
        cluster.configure({"synchronous_standby_names = '" + name + "'"});
        admin.await("SELECT setting = '" + name + "' FROM pg_settings WHERE name = 'synchronous_standby_names'");
    }
    /// Of the back end whose commit waits.
    void end(const std::string &how)
    {
        admin.await("SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        admin.run("SELECT " + how + "(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }
};

std::size_t ticketsIn(Store &store)
{
    return list(store, {}).size();
}

} // namespace

TEST_CASE("a commit whose wait for the standby was cancelled is not acknowledged", "[store][postgres]")
{
    Waiting waiting;
    waiting.waitForStandby("nobody");
    auto call = std::async(std::launch::async, [&] { return insertOne(*waiting.store, "R1"); });
    waiting.end("pg_cancel_backend");
    const StoreError error = storeErrorOf([&] { call.get(); });
    CHECK(error.kind == StoreError::Kind::unavailable);
    CHECK(error.perhapsDone);
    CHECK_THAT(error.what(), Catch::Contains("canceling wait for synchronous replication"));
    CHECK(!waiting.store->health().writable);
    waiting.waitForStandby("");
    CHECK(waiting.store->health().writable);
    insertOne(*waiting.store, "R2");
}

TEST_CASE("a commit whose answer was lost is looked for, and acknowledged if it is there", "[store][postgres]")
{
    Waiting waiting;
    waiting.waitForStandby("nobody");
    auto call = std::async(std::launch::async, [&] { return insertOne(*waiting.store, "R1", "key"); });
    waiting.end("pg_terminate_backend");
    waiting.waitForStandby("");
    CHECK(get(*waiting.store, call.get()).reference == "R1");
    CHECK(ticketsIn(*waiting.store) == 1);
    CHECK(waiting.store->health().writable);
}

TEST_CASE("a transaction whose connection was lost before its commit runs again, once in effect", "[store][postgres]")
{
    Waiting waiting;
    std::atomic<int> runs = 0;
    waiting.store->write([&](StoreWriter &writer) {
        psa::service::insertTicket(writer, sampleTicket("acme", "R1"));
        writer.ticketByReference("R1");
        if (++runs == 1)
            waiting.cluster.terminateBackends(waiting.database);
    });
    CHECK(runs > 1);
    CHECK(ticketsIn(*waiting.store) == 1);
    CHECK_THAT(waiting.log->text, Catch::Contains("is lost") && Catch::Contains("is back"));
}

TEST_CASE("a store goes on after a restart of the server, and says so in two lines", "[store][postgres]")
{
    Waiting waiting;
    waiting.cluster.stop(Cluster::Stop::immediate);
    CHECK(storeErrorOf([&] { insertOne(*waiting.store, "R1"); }).kind == StoreError::Kind::unavailable);
    CHECK(!waiting.store->health().writable);
    CHECK(storeErrorOf([&] { get(*waiting.store, 1); }).kind == StoreError::Kind::unavailable);
    waiting.cluster.start();
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!waiting.store->health().writable && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(100ms);
    insertOne(*waiting.store, "R1");
    const std::lock_guard lock(waiting.log->mutex);
    CHECK(std::count(waiting.log->text.begin(), waiting.log->text.end(), '\n') == 2);
}

TEST_CASE("two hosts that change the same at the same time lose nothing", "[store][postgres]")
{
    Cluster &cluster = Cluster::shared();
    const std::string uri = cluster.uri(cluster.createDatabase());
    const auto one = openPostgresStore(settingsOf(uri));
    const auto other = openPostgresStore(settingsOf(uri));
    addConnections(*one, {"acme"});
    const std::int64_t id = insertOne(*one, "R0");
    std::atomic<int> inserted = 0;
    const auto work = [&](Store &store, const std::string &name) {
        for (int i = 0; i < 40; ++i)
        {
            store.write([&](StoreWriter &writer) {
                const int before = std::stoi(writer.value("n").value_or("0"));
                writer.putValue("n", std::to_string(before + 1));
            });
            // An operation is added for each that the ticket has, so that none may be overlooked.
            store.write([&](StoreWriter &writer) {
                const std::size_t known = writer.operationsOf(id).size();
                auto note = sampleOperation(name + std::to_string(i), "note " + std::to_string(known));
                writer.addOperation(submitted(note, writer.ticketRow(id).value(), writer.now()));
            });
            const auto same = sampleTicket("acme", name + std::to_string(i), "key " + std::to_string(i), "f");
            inserted += insert(store, same).kind == psa::service::TicketInsertion::Kind::inserted ? 1 : 0;
        }
    };
    std::vector<std::future<void>> calls;
    for (int i = 0; i < 4; ++i)
        calls.push_back(std::async(std::launch::async, [&, i] {
            work(i % 2 == 0 ? *one : *other, std::string(1, static_cast<char>('a' + i)));
        }));
    for (auto &call : calls)
        call.get();
    CHECK(one->read([](const StoreReader &reader) { return reader.value("n"); }) == "160");
    CHECK(other->read([&](const StoreReader &reader) { return reader.operationsOf(id).size(); }) == 160);
    CHECK(inserted == 40);
    CHECK(one->read([](const StoreReader &reader) { return reader.counts().at(0).in(TicketState::ready); }) == 41);
}

TEST_CASE("a store works through a pooler, whatever its mode", "[store][postgres]")
{
    const auto mode = GENERATE(Pooler::Mode::session, Pooler::Mode::transaction);
    Cluster &cluster = Cluster::shared();
    const std::string database = cluster.createDatabase();
    Pooler pooler(cluster, mode, mode == Pooler::Mode::session ? 8 : 2);
    const auto log = std::make_shared<Line>();
    const auto one = openPostgresStore(settingsOf(pooler.uri(database), log));
    const auto other = openPostgresStore(settingsOf(pooler.uri(database), log));
    addConnections(*one, {"acme"});
    std::vector<std::future<void>> calls;
    for (int i = 0; i < 8; ++i)
        calls.push_back(std::async(std::launch::async, [&, i] {
            Store &store = i % 2 == 0 ? *one : *other;
            for (int n = 0; n < 10; ++n)
            {
                const std::int64_t id = insertOne(store, std::to_string(i) + "-" + std::to_string(n));
                CHECK(get(store, id).connection == "acme");
            }
        }));
    for (auto &call : calls)
        call.get();
    CHECK(ticketsIn(*other) == 80);
    pooler.restart();
    insertOne(*one, "after its restart");
    const std::lock_guard lock(log->mutex);
    if (mode == Pooler::Mode::session)
        CHECK_THAT(log->text, !Catch::Contains("does without them"));
}
