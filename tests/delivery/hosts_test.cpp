// Whole hosts, with their threads, that share one store: in memory, and in PostgreSQL where it is installed.
#include "host/store/postgres_store.h"
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/house.h"
#include "tests/support/postgres/cluster.h"
#include "tests/support/postgres/server_programs.h"
#include "tests/unit/store/memory_store.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using namespace psa::test;
using namespace std::chrono_literals;

namespace {

/// Leases are short, so that the tests are.
psa::fleet::FleetTimes shortTimes()
{
    psa::fleet::FleetTimes times;
    times.lease = 2000ms;
    times.beat = 200ms;
    times.margin = 300ms;
    times.afterError = 100ms;
    return times;
}

struct SharedHouse
{
    /// In PostgreSQL if it is set, otherwise in memory.
    std::string uri;
    std::shared_ptr<psa::clock::SystemClock> clock = std::make_shared<psa::clock::SystemClock>();
    std::shared_ptr<MemoryDisk> disk = makeMemoryDisk();
    std::unique_ptr<Store> store = open();
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();

    std::unique_ptr<Store> open() const
    {
        if (uri.empty())
            return openMemoryStore(disk, clock, true);
        PostgresStoreSettings settings;
        settings.uri = uri;
        settings.pollEvery = 50ms;
        return openPostgresStore(settings);
    }

    std::unique_ptr<Application> start(const std::string &name,
                                       std::vector<psa::plugin::LoadReport> plugins = {relay()})
    {
        ApplicationParts parts;
        parts.store = open();
        parts.runtime.clock = clock;
        parts.runtime.budgets = std::make_shared<BudgetRegistry>(clock);
        parts.runtime.transport = [psa = psa](const std::shared_ptr<const SecretRegistry> &) { return psa; };
        parts.keys = ring("key");
        parts.plugins = std::move(plugins);
        parts.random = systemRandom;
        parts.log = [](const std::string &) {};
        parts.notify = [](const Notice &) {};
        parts.hostName = name;
        parts.leaseTimes = shortTimes();
        return std::make_unique<Application>(std::move(parts), true);
    }

    /// Puts a ticket in and wakes its queue, as the service of `host` does.
    std::int64_t submit(Application &host, const std::string &connection)
    {
        const auto live = host.connections().get(connection);
        const auto ticket = host.tickets().build(*live, parseObject(R"({"title":"disk full"})"), "");
        const auto id =
            host.store()
                .write([&](StoreWriter &writer) { return psa::service::TicketService::insert(writer, ticket, "test"); })
                .id;
        host.tickets().inserted(connection);
        return id;
    }

    bool areDone(const std::vector<std::int64_t> &ids)
    {
        return store->read([&](const StoreReader &reader) {
            return std::all_of(ids.begin(), ids.end(),
                               [&](auto id) { return reader.ticketRow(id)->state == psa::ticket::TicketState::done; });
        });
    }

    /// By the hosts "one" and "two", as evenly as three connections can be.
    bool isShared() { return leasesOf("one") + leasesOf("two") == 3 && leasesOf("one") * leasesOf("two") == 2; }

    std::size_t leasesOf(const std::string &name)
    {
        return store->read([&](const StoreReader &reader) {
            std::size_t count = 0;
            for (const HostRow &host : reader.hosts())
                for (const LeaseRow &lease : reader.leases())
                    count += host.name == name && lease.owner == host.owner &&
                                     lease.name.kind == LeaseKind::connection && lease.until > reader.now()
                                 ? 1U
                                 : 0U;
            return count;
        });
    }
};

std::string newDatabase()
{
    postgres::Cluster &cluster = postgres::Cluster::shared();
    return cluster.uri(cluster.createDatabase());
}

/// Waits for at most 20 s, which is only as long as it is not true.
template <class Condition>
bool comesTrue(const Condition &condition)
{
    for (const auto until = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < until;
         std::this_thread::sleep_for(5ms))
        if (condition())
            return true;
    return false;
}

} // namespace

TEST_CASE("two hosts share the connections, and each submits tickets for all of them", "[hosts]")
{
    const bool onPostgres = GENERATE(false, true);
    if (onPostgres && postgres::isSkipped())
        return;
    SharedHouse house{onPostgres ? newDatabase() : ""};
    const auto one = house.start("one");
    addConnections(*one); // a, b and c
    REQUIRE(comesTrue([&] { return house.leasesOf("one") == 3; }));
    const auto two = house.start("two");
    REQUIRE(comesTrue([&] { return house.isShared(); }));
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 5; ++i)
        for (const char *name : {"a", "b", "c"})
            for (Application *host : {one.get(), two.get()})
                ids.push_back(house.submit(*host, name));
    CHECK(comesTrue([&] { return house.areDone(ids); }));
    CHECK(house.psa->creates() == 30);
    for (const auto &[reference, count] : house.psa->counts())
        CHECK(count == 1);
}

TEST_CASE("a host that stops hands its connections over before its leases end", "[hosts]")
{
    const bool onPostgres = GENERATE(false, true);
    if (onPostgres && postgres::isSkipped())
        return;
    SharedHouse house{onPostgres ? newDatabase() : ""};
    auto one = house.start("one");
    addConnections(*one);
    const auto two = house.start("two");
    REQUIRE(comesTrue([&] { return house.isShared(); }));
    one->stop(psa::clock::RunningClock::now() + 10s);
    CHECK(house.leasesOf("one") == 0);
    const auto began = std::chrono::steady_clock::now();
    CHECK(comesTrue([&] { return house.leasesOf("two") == 3; }));
    CHECK(std::chrono::steady_clock::now() - began < shortTimes().lease);
    one.reset();
    const std::vector<std::int64_t> ids{house.submit(*two, "a"), house.submit(*two, "b"), house.submit(*two, "c")};
    CHECK(comesTrue([&] { return house.areDone(ids); }));
}

TEST_CASE("a host without the plugin of a connection never handles it, and its tickets wait for one that has it",
          "[hosts]")
{
    const bool onPostgres = GENERATE(false, true);
    if (onPostgres && postgres::isSkipped())
        return;
    SharedHouse house{onPostgres ? newDatabase() : ""};
    auto one = house.start("one");
    addConnections(*one);
    const auto two = house.start("two", {});
    REQUIRE(comesTrue([&] { return house.leasesOf("one") == 3; }));
    one.reset();
    // Longer than a lease: the connections stay free.
    std::this_thread::sleep_for(shortTimes().lease + 3 * shortTimes().beat);
    CHECK(house.leasesOf("two") == 0);
    const auto three = house.start("three");
    CHECK(comesTrue([&] { return house.leasesOf("three") == 3; }));
    const std::vector<std::int64_t> ids{house.submit(*three, "a")};
    CHECK(comesTrue([&] { return house.areDone(ids); }));
}

TEST_CASE("a pause that ends by a test at one host ends at the host that handles the connection", "[hosts]")
{
    const bool onPostgres = GENERATE(false, true);
    if (onPostgres && postgres::isSkipped())
        return;
    SharedHouse house{onPostgres ? newDatabase() : ""};
    std::atomic<bool> rejects{true}; // the credentials
    house.psa->fate = [&](const std::string &) {
        FakePsa::Fate fate;
        fate.status = rejects ? 401 : 201;
        fate.commits = !rejects;
        return fate;
    };
    const auto one = house.start("one");
    addConnections(*one);
    const auto two = house.start("two");
    REQUIRE(comesTrue([&] { return house.isShared(); }));
    std::vector<std::int64_t> ids;
    for (const char *name : {"a", "b", "c"})
        ids.push_back(house.submit(*one, name));
    const auto held = [&] {
        return house.store->read([&](const StoreReader &reader) {
            return std::all_of(ids.begin(), ids.end(),
                               [&](auto id) { return reader.ticketRow(id)->state == psa::ticket::TicketState::held; });
        });
    };
    REQUIRE(comesTrue(held));
    rejects = false;
    psa::connection::CallOptions options;
    options.despiteRefusal = true;
    for (const char *name : {"a", "b", "c"})
        CHECK(two->connections().test(name, options, "test").outcome.ok());
    CHECK(comesTrue([&] { return house.areDone(ids); }));
}

TEST_CASE("retention that one host has completed is not done again by the host that gets its lease", "[hosts]")
{
    const bool onPostgres = GENERATE(false, true);
    if (onPostgres && postgres::isSkipped())
        return;
    SharedHouse house{onPostgres ? newDatabase() : ""};
    const auto duty = [&] {
        const auto all = house.store->read([](const StoreReader &reader) { return reader.duties(); });
        return all.empty() ? DutyRow() : all.front();
    };
    auto one = house.start("one");
    REQUIRE(comesTrue([&] {
        one->tidyUp({});
        return duty().ended.has_value();
    }));
    const DutyRow done = duty();
    CHECK(done.name == "retention");
    CHECK(done.host == "one");
    const auto two = house.start("two");
    one->stop(psa::clock::RunningClock::now() + 10s);
    one.reset();
    REQUIRE(comesTrue([&] { return two->fleet()->works(retentionDuty); }));
    CHECK_FALSE(two->tidyUp({}));
    CHECK(duty() == done);
    DutyRow old = done; // as after ten minutes
    old.began -= Application::tidyEvery;
    *old.ended -= Application::tidyEvery;
    house.store->write([&](StoreWriter &writer) { writer.saveDuty(old); });
    CHECK_FALSE(two->tidyUp({}));
    CHECK(duty().host == "two");
    CHECK(*duty().ended >= *done.ended);
}
