// The instance pool, with a plugin whose configuration says how it misbehaves.
#include "host/plugin/host_table.h"
#include "host/plugin/instance_pool.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <new>
#include <thread>

using namespace psa::clock;
using namespace psa::plugin;
using std::chrono::milliseconds;

namespace {

/// How many allocations of this thread succeed before one fails; negative = none fails.
thread_local int allocationsLeft = -1;

} // namespace

// Memory that runs out once, where the test says.
void *operator new(std::size_t size)
{
    if (allocationsLeft >= 0 && allocationsLeft-- == 0)
        throw std::bad_alloc();
    if (void *memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc();
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    return std::malloc(size == 0 ? 1 : size);
}

void operator delete(void *memory) noexcept
{
    std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace {

std::shared_ptr<const LoadedPlugin> poolPlugin()
{
    static const LoadReport report = [] {
        static auto *table = new HostTable({}, {});
        LoaderPolicy policy;
        policy.trustedPaths = {FAULTS_DIR};
        return PluginLoader(table->raw(), {}, policy).load(std::string(FAULTS_DIR) + "/pool.so");
    }();
    INFO(report.found);
    REQUIRE(report.state == LoadState::ready);
    return report.plugin;
}

InstancePool::Clock::time_point in(milliseconds time)
{
    return InstancePool::Clock::now() + time;
}

const milliseconds ample(60000);

std::string tested(const InstancePool::Lease &lease)
{
    const CallOutcome outcome = lease->call(testCall(), in(ample));
    return outcome.ok() ? outcome.result : outcome.error->message;
}

PoolSettings quick()
{
    return {milliseconds(30)};
}

} // namespace

TEST_CASE("a pool leases as many instances as the descriptor allows, and again when one is returned")
{
    InstancePool pool(poolPlugin(), "one", {});
    auto first = pool.acquire(in(ample));
    auto second = pool.acquire(in(ample));
    REQUIRE(first);
    REQUIRE(second);
    CHECK(&**first.lease != &**second.lease);
    const auto third = pool.acquire(in(milliseconds(0)));
    REQUIRE(!third);
    CHECK(third.outcome.error->status == PSA_TIMEOUT);
    CHECK_THAT(third.outcome.error->message, Catch::Contains("All 2 instances"));
    Instance *const used = &**first.lease;
    first.lease.reset();
    const auto again = pool.acquire(in(milliseconds(0)));
    REQUIRE(again);
    CHECK(&**again.lease == used);
}

TEST_CASE("a waiting caller gets the next returned instance")
{
    InstancePool pool(poolPlugin(), "one", {});
    auto first = pool.acquire(in(ample));
    auto second = pool.acquire(in(ample));
    bool got = false; // Catch2 checks on one thread only
    std::thread waiter([&] { got = static_cast<bool>(pool.acquire(in(ample))); });
    first.lease.reset();
    waiter.join();
    CHECK(got);
}

TEST_CASE("acquire reports the plugin's error about its configuration")
{
    InstancePool pool(poolPlugin(), "refuse", {});
    for (int time = 0; time < 3; ++time) // a failure does not occupy a place
    {
        const auto refused = pool.acquire(in(ample));
        REQUIRE(!refused);
        CHECK(refused.outcome.error->status == PSA_INVALID_CONFIG);
        CHECK(refused.outcome.error->message == "refused on purpose");
    }
}

namespace {

/// Acquires and returns an instance while the allocation after `allocations` fails. False = there were fewer.
bool acquireWithout(InstancePool &pool, int allocations)
{
    bool failed = false;
    allocationsLeft = allocations;
    try
    {
        pool.acquire(in(ample));
    }
    catch (const std::bad_alloc &)
    {
        failed = true;
    }
    failed = failed || allocationsLeft < 0; // it may have been turned into an outcome
    allocationsLeft = -1;
    return failed;
}

} // namespace

TEST_CASE("running out of memory while an instance is created or leased costs no place")
{
    bool failed = true;
    for (int allocations = 0; failed; ++allocations)
    {
        CAPTURE(allocations);
        InstancePool pool(poolPlugin(), "one", {}); // each round creates its first instance
        failed = acquireWithout(pool, allocations);
        pool.cancelAll(); // touches each instance that the pool considers active
        pool.acquire(in(ample)).lease.reset();
        REQUIRE(acquireWithout(pool, 0)); // one that is idle
        const auto one = pool.acquire(in(ample));
        const auto other = pool.acquire(in(ample));
        REQUIRE(one);
        REQUIRE(other);
    }
}

TEST_CASE("an instance whose call hung is replaced, as often as it happens")
{
    InstancePool pool(poolPlugin(), "hang", {}, quick());
    for (int hung = 0; hung < 4; ++hung)
    {
        auto acquired = pool.acquire(in(ample));
        REQUIRE(acquired);
        CHECK((*acquired.lease)->call(testCall(), in(milliseconds(0))).ended == Ended::hung);
    }
    CHECK(pool.shutdown(in(ample))); // does not wait for lost threads
}

TEST_CASE("shutdown stops the calls in progress and waits for their leases")
{
    InstancePool pool(poolPlugin(), "wait", {});
    std::atomic<bool> begun{false};
    std::vector<psa_status> statuses;
    std::thread user([&] {
        const auto acquired = pool.acquire(in(ample));
        begun = true;
        for (int call = 0; call < 2; ++call) // the second starts after the shutdown and is stopped as well
            statuses.push_back((*acquired.lease)->call(testCall(), in(ample)).error->status);
    });
    while (!begun)
        std::this_thread::yield();
    CHECK(pool.shutdown(in(ample)));
    user.join();
    CHECK(statuses == std::vector<psa_status>{PSA_CANCELLED, PSA_CANCELLED});
    CHECK(pool.acquire(in(ample)).outcome.error->status == PSA_CANCELLED);
}

TEST_CASE("shutdown does not wait longer than it may, and a lease may outlive its pool")
{
    auto pool = std::make_unique<InstancePool>(poolPlugin(), "one", PluginLog{});
    auto acquired = pool->acquire(in(ample));
    CHECK(!pool->shutdown(in(milliseconds(1))));
    pool.reset();
    CHECK_THAT(tested(*acquired.lease), Catch::Contains("one"));
}

TEST_CASE("threads may race acquire and cancel")
{
    InstancePool pool(poolPlugin(), "wait", {});
    std::atomic<int> done{0};
    std::atomic<int> wrong{0};
    std::vector<std::thread> users;
    users.reserve(4);
    for (int user = 0; user < 4; ++user)
        users.emplace_back([&] {
            for (int round = 0; round < 25; ++round)
            {
                const auto acquired = pool.acquire(in(ample));
                const bool good = acquired && (*acquired.lease)->call(testCall(), in(ample)).ended == Ended::returned;
                wrong += good ? 0 : 1;
            }
            ++done;
        });
    while (done < 4)
    {
        pool.cancelAll();
        std::this_thread::yield();
    }
    for (std::thread &user : users)
        user.join();
    CHECK(wrong == 0);
    CHECK(pool.shutdown(in(ample)));
}
