// Requests at a PSA whose limits several hosts share.
#include "host/fleet/budget_visits.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/store/memory_store.h"

#include <catch2/catch.hpp>

#include <deque>
#include <random>

using namespace psa::fleet;
using namespace psa::net;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;
using psa::clock::Clock;

namespace {

/// Hosts with one connection each to the same PSA, of which one at a time owns the counts.
struct QuotaWorld
{
    struct Host
    {
        std::unique_ptr<Store> store;
        BudgetRegistry registry;
        Budget budget;
    };

    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<MemoryDisk> disk = makeMemoryDisk();
    std::vector<std::unique_ptr<Host>> hosts;
    std::deque<Clock::Steady> sent; ///< Every request of all hosts.
    const std::string group = "shared psa";

    /// `share`: of 1000 requests in an hour.
    explicit QuotaWorld(std::size_t count, double share = 0.4)
    {
        for (std::size_t i = 0; i < count; ++i)
            start(share);
    }

    void start(double share = 0.4)
    {
        auto store = openMemoryStore(disk, clock, true);
        BudgetRegistry registry(clock);
        registry.shareWith(visitorThrough(*store));
        registry.persistWith([&store = *store](const BudgetSnapshot &snapshot) {
            store.write([&](StoreWriter &writer) { writer.saveBudgets(snapshot); });
        });
        const Budget budget = registry.forConnection("acme", {}, {WindowLimit{1000, 3600s, "", "psa"}}, share);
        hosts.push_back(std::make_unique<Host>(Host{std::move(store), std::move(registry), budget}));
    }

    void own(std::size_t host)
    {
        Host &owner = *hosts.at(host);
        owner.registry.own({group, BudgetRegistry::ownGroupOf("acme")},
                           owner.store->read([](const StoreReader &reader) { return reader.budgets(); }));
    }

    /// As a host that hands over in an orderly way.
    void give(std::size_t host)
    {
        Host &owner = *hosts.at(host);
        const std::set<std::string> groups{group, BudgetRegistry::ownGroupOf("acme")};
        owner.store->write([&](StoreWriter &writer) { writer.saveBudgets(owner.registry.snapshotOf(groups)); });
        owner.registry.disown(groups);
    }

    /// As a host that is killed: another process takes its place, and knows nothing.
    void kill(std::size_t host)
    {
        hosts.erase(hosts.begin() + static_cast<std::ptrdiff_t>(host));
        start();
    }

    bool send(std::size_t host)
    {
        const Admission admission = hosts.at(host)->budget.admit("", {clock->running() + 1s, [] { return false; }});
        if (admission.granted())
            sent.push_back(clock->now());
        return admission.granted();
    }

    std::size_t inLastHour()
    {
        while (!sent.empty() && sent.front() <= clock->now() - 3600s)
            sent.pop_front();
        return sent.size();
    }
};

} // namespace

TEST_CASE("the host that counts has most of the share, and the others together a twentieth", "[fleet][budget]")
{
    QuotaWorld world(3);
    world.own(0);
    std::size_t owner = 0;
    std::size_t others = 0;
    for (int i = 0; i < 500; ++i)
    {
        owner += world.send(0) ? 1U : 0U;
        others += world.send(1) ? 1U : 0U;
        others += world.send(2) ? 1U : 0U;
    }
    CHECK(others == 20);
    CHECK(owner == 380 - 380 / 50); // without the reserve for lookups
    CHECK(world.hosts.at(0)->budget.usage().windows.front().max == 380);
    // A refusal says when to ask again, and that is true.
    const Admission refused = world.hosts.at(1)->budget.admit("", {world.clock->running() + 1s, [] { return false; }});
    CHECK(refused.reason() == Reason::budget);
    world.clock->advance(refused.retryAfter() - 1ms);
    CHECK_FALSE(world.send(2));
    world.clock->advance(1ms);
    CHECK(world.send(2));
}

TEST_CASE("a pause that the PSA asked of one host holds for the requests of others", "[fleet][budget]")
{
    QuotaWorld world(2);
    world.own(0);
    world.hosts.at(0)->budget.pauseUntil("", world.clock->now() + 90s);
    world.give(0);
    CHECK_FALSE(world.send(1));
    world.own(1);
    CHECK_FALSE(world.send(1));
    world.clock->advance(91s);
    CHECK(world.send(1));
}

TEST_CASE("a request of a host that just lost the counts is refused and not lost from them", "[fleet][budget]")
{
    QuotaWorld world(2);
    Budget budget = world.hosts.at(0)->budget;
    world.own(0);
    // While the count is written the lease moves.
    world.hosts.at(0)->registry.persistWith([&](const BudgetSnapshot &) {
        world.hosts.at(0)->registry.disown({world.group, BudgetRegistry::ownGroupOf("acme")});
    });
    const Admission refused = budget.admit("", {world.clock->running() + 1s, [] { return false; }});
    CHECK(refused.reason() == Reason::budget);
}

TEST_CASE("three hosts whose leases move use at least nine tenths of the share, and never more than it",
          "[fleet][budget]")
{
    const unsigned seed = GENERATE(range(1U, 6U));
    const bool kills = GENERATE(false, true);
    CAPTURE(seed, kills);
    std::mt19937 random(seed);
    QuotaWorld world(3);
    std::size_t owner = 0;
    world.own(owner);
    std::size_t most = 0;
    std::size_t all = 0;
    const auto end = world.clock->now() + 2h;
    while (world.clock->now() < end)
    {
        world.clock->advance(1s);
        for (int i = 0; i < 3; ++i)
            all += world.send(owner) ? 1U : 0U;
        if (random() % 5 == 0)
            all += world.send(random() % 3) ? 1U : 0U; // an operator's test on any host
        if (random() % (kills ? 900 : 120) == 0)
        {
            if (kills)
            {
                world.kill(owner);
                world.clock->advance(12s); // until its lease has ended
            }
            else
                world.give(owner);
            owner = random() % 3;
            world.own(owner);
        }
        most = std::max(most, world.inLastHour());
    }
    CHECK(most <= 400);
    CHECK(all >= 2 * 360);
}
