// Hosts that share a store: each with a clock of its own, and the store with another.
#include "host/fleet/fleet.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/store/far_store.h"
#include "tests/unit/store/memory_store.h"

#include <catch2/catch.hpp>

using namespace psa::fleet;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;
using psa::clock::Clock;

namespace {

LeaseName leaseOn(const std::string &name)
{
    return {LeaseKind::connection, name};
}

/// Two hosts and three connections.
struct FleetWorld
{
    struct Host
    {
        FarStore store;
        std::shared_ptr<ManualClock> clock;
        std::vector<std::string> log{};
        std::unique_ptr<Fleet> fleet{};

        Host(std::unique_ptr<Store> of, std::shared_ptr<ManualClock> its) : store(std::move(of)), clock(std::move(its))
        {
        }
    };

    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(); ///< Of the store.
    std::shared_ptr<MemoryDisk> disk = makeMemoryDisk();
    std::vector<Item> items{{{leaseOn("a")}}, {{leaseOn("b")}}, {{leaseOn("c")}}};
    std::vector<std::unique_ptr<Host>> hosts;

    /// `ahead`: how far the wall clock of its machine is off.
    Host &start(const std::string &owner, std::chrono::hours ahead = 0h)
    {
        hosts.push_back(std::make_unique<Host>(openMemoryStore(disk, clock, true),
                                               std::make_shared<ManualClock>(Clock::Wall(1767225600s) + ahead)));
        Host &host = *hosts.back();
        host.fleet = std::make_unique<Fleet>(Fleet::Parts{
            host.store, host.clock, owner, "host", "0.2.0",
            [this] {
                return Fleet::Work{items, {}};
            },
            [](std::uint64_t) { return 0; }, [&host](const std::string &line) { host.log.push_back(line); }});
        return host;
    }

    void advance(std::chrono::milliseconds by)
    {
        clock->advance(by);
        for (const auto &each : hosts)
            each->clock->advance(by);
    }

    /// All hosts beat, and release at once what they are to give.
    void beat(int times = 1)
    {
        for (int i = 0; i < times; ++i)
        {
            for (const auto &each : hosts)
            {
                each->fleet->step();
                std::vector<LeaseName> names;
                for (const Fleet::Held &held : each->fleet->held())
                    if (held.leaving)
                        names.push_back(held.name);
                each->fleet->release(names);
            }
            advance(2500ms);
        }
    }

    std::vector<LeaseRow> leases() const
    {
        return openMemoryStore(disk, clock, true)->read([](const StoreReader &reader) { return reader.leases(); });
    }
};

std::size_t worked(const FleetWorld::Host &host)
{
    std::size_t count = 0;
    for (const Fleet::Held &held : host.fleet->held())
        count += host.fleet->works(held.name) ? 1U : 0U;
    return count;
}

} // namespace

TEST_CASE("a second host gets its share as soon as the first has stopped handling it", "[fleet]")
{
    FleetWorld world;
    auto &one = world.start("one");
    one.fleet->step();
    CHECK(worked(one) == 3);
    auto &two = world.start("two");
    two.fleet->step();
    CHECK(worked(two) == 0);
    world.advance(2500ms);
    one.fleet->step();
    REQUIRE(one.fleet->held().size() == 3);
    CHECK(worked(one) == 2);
    const auto leaving = one.fleet->held().front();
    REQUIRE(leaving.leaving);
    const auto holding = one.fleet->holding(leaving.name);
    REQUIRE(holding);
    // It is still working on it: the other host gets nothing, however often it asks.
    for (int i = 0; i < 8; ++i)
    {
        world.advance(2500ms);
        one.fleet->step();
        two.fleet->step();
        CHECK(two.fleet->held().empty());
        CHECK(holding->stillOurs());
    }
    one.fleet->release({leaving.name});
    one.fleet->step();
    CHECK_FALSE(holding->stillOurs());
    two.fleet->step();
    REQUIRE(worked(two) == 1);
    CHECK(two.fleet->held().front().name == leaving.name);
    CHECK(two.fleet->held().front().fence > leaving.fence);
}

TEST_CASE("the leases of a killed host are taken over within fifteen seconds", "[fleet]")
{
    FleetWorld world;
    auto &one = world.start("one");
    auto &two = world.start("two");
    world.beat(4);
    REQUIRE(worked(one) + worked(two) == 3);
    auto waited = 0ms;
    while (worked(two) < 3 && waited < 20s)
    {
        const auto next = two.fleet->step();
        if (worked(two) == 3)
            break;
        world.advance(next);
        waited += next;
    }
    CHECK(worked(two) == 3);
    CHECK(waited <= 13s);
}

TEST_CASE("a host whose store is out of reach stops before another host may start", "[fleet]")
{
    FleetWorld world;
    auto &one = world.start("one");
    one.fleet->step();
    const auto holding = one.fleet->holding(leaseOn("a"));
    REQUIRE(holding);
    world.start("two");
    one.store.reachable = false;
    std::size_t before = 0;
    for (int ms = 0; ms < 20000; ms += 250)
    {
        one.fleet->step();
        world.hosts.at(1)->fleet->step();
        const bool others = worked(*world.hosts.at(1)) > 0;
        CHECK_FALSE((holding->stillOurs() && others));
        CHECK(holding->stillOurs() == one.fleet->works(leaseOn("a")));
        before += holding->stillOurs() ? 250U : 0U;
        world.advance(250ms);
    }
    CHECK(before == 9000); // the lease of 10 s, less the margin
    CHECK(worked(*world.hosts.at(1)) == 3);
    REQUIRE(one.log.size() == 1); // one line for a state, not for each try
    CHECK(one.log.front() == "The leases of this host cannot be renewed: the test has cut the store off");
    // Its late writes fail.
    one.store.reachable = true;
    CHECK_THROWS_AS(one.store.write([&](StoreWriter &writer) { holding->require(writer); }), StoreError);
    one.fleet->step();
    CHECK_FALSE(holding->stillOurs());
    CHECK(one.log.size() == 2);
}

TEST_CASE("a lease that nobody took while the store was away continues with its fence", "[fleet]")
{
    FleetWorld world;
    auto &one = world.start("one");
    one.fleet->step();
    const auto holding = one.fleet->holding(leaseOn("a"));
    world.advance(30s);
    CHECK_FALSE(holding->stillOurs());
    CHECK(one.fleet->held().empty());
    one.fleet->step();
    CHECK(holding->stillOurs());
}

TEST_CASE("hosts whose clocks differ by hours do not take each other's leases", "[fleet]")
{
    FleetWorld world;
    auto &early = world.start("early", -30h);
    auto &late = world.start("late", 30h);
    world.beat(8);
    CHECK(worked(early) + worked(late) == 3);
    const auto before = world.leases();
    world.beat(20);
    for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(world.leases().at(i).fence == before.at(i).fence);
}

TEST_CASE("a host that was stopped for longer than its lease knows it before it sends anything", "[fleet]")
{
    FleetWorld world;
    auto &one = world.start("one");
    one.fleet->step();
    const auto holding = one.fleet->holding(leaseOn("a"));
    // SIGSTOP: nothing of it runs, and its boot-time clock goes on.
    auto &two = world.start("two");
    world.advance(11s);
    two.fleet->step();
    CHECK(worked(two) == 3);
    CHECK_FALSE(holding->stillOurs());
    one.fleet->step();
    CHECK_FALSE(holding->stillOurs());
    CHECK_FALSE(one.fleet->holding(leaseOn("a")));
}

TEST_CASE("a draining host hands over each lease as its work ends, and takes none", "[fleet]")
{
    FleetWorld world;
    auto &one = world.start("one");
    one.fleet->step();
    auto &two = world.start("two");
    one.fleet->drain();
    CHECK(worked(one) == 0);
    CHECK(one.fleet->held().size() == 3);
    one.fleet->step();
    one.fleet->release({leaseOn("a"), leaseOn("c")});
    one.fleet->step();
    two.fleet->step();
    CHECK(worked(two) == 2);
    CHECK(one.fleet->held().size() == 1);
    one.fleet->leave();
    two.fleet->step();
    CHECK(worked(two) == 3);
    one.fleet->step(); // a late step of its driver
    two.fleet->step();
    CHECK(worked(two) == 3);
    const auto rows = two.store.read([](const StoreReader &reader) { return reader.hosts(); });
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().owner == "two");
}

TEST_CASE("hosts that were lost long ago are no longer listed", "[fleet]")
{
    FleetWorld world;
    world.start("lost").fleet->step();
    auto &two = world.start("two");
    const auto listed = [&] {
        two.fleet->step();
        return two.store.read([](const StoreReader &reader) { return reader.hosts(); }).size();
    };
    world.advance(9min);
    CHECK(listed() == 2);
    world.advance(2min);
    listed();
    CHECK(listed() == 1);
}
