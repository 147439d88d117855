// The instance pool: its own rules with instances made by the test, and what becomes of the processes of a real plugin.
#include "host/json/strict_json.h"
#include "host/net/value_cache.h"
#include "host/plugin/instance_pool.h"
#include "host/plugin/loaded_plugin.h"
#include "tests/faults/fault_plugin.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Object.h>

#include <csignal>
#include <cstdlib>
#include <new>
#include <thread>

using psa::net::ValueCache;
using namespace psa::plugin;
using psa::test::ample;
using psa::test::faultPlugin;
using psa::test::in;
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

/// What the instances of a test share.
struct Shared
{
    std::atomic<int> live{0};
    std::atomic<bool> usable{true};
    std::atomic<bool> waits{false};   ///< Calls wait until they are asked to stop.
    std::atomic<bool> refuses{false}; ///< make() fails.
};

class FakeInstance : public PluginInstance
{
public:
    explicit FakeInstance(Shared &shared) : shared_(shared) { ++shared_.live; }
    ~FakeInstance() override { --shared_.live; }
    FakeInstance(const FakeInstance &) = delete;
    FakeInstance &operator=(const FakeInstance &) = delete;

    CallOutcome call(const VerbCall &, CallContext, Clock::time_point) override
    {
        if (!shared_.waits)
            return {};
        while (!stopped_ && !cancelled_.exchange(false))
            std::this_thread::yield();
        return failed(PSA_CANCELLED, "stopped as asked", "");
    }
    void cancel() override { cancelled_ = true; }
    void stop() override { stopped_ = true; }
    bool isUsable() const override { return shared_.usable; }

private:
    Shared &shared_;
    std::atomic<bool> cancelled_{false};
    std::atomic<bool> stopped_{false};
};

class FakeFactory : public InstanceFactory
{
public:
    explicit FakeFactory(Shared &shared) : shared_(shared) {}

    MadeInstance make(PluginInstance::Clock::time_point, Sharing) override
    {
        if (shared_.refuses)
            return {nullptr, failed(PSA_INVALID_CONFIG, "refused on purpose", "")};
        return {std::make_unique<FakeInstance>(shared_), {}};
    }
    void stop() override {}

private:
    Shared &shared_;
};

/// Two instances.
struct FakePool
{
    Shared shared;
    InstancePool pool{std::make_unique<FakeFactory>(shared), 2, "plugin"};
};

} // namespace

TEST_CASE("a pool leases as many instances as the descriptor allows, and again when one is returned")
{
    FakePool fake;
    auto first = fake.pool.acquire(in(ample));
    auto second = fake.pool.acquire(in(ample));
    REQUIRE(first);
    REQUIRE(second);
    CHECK(&**first.lease != &**second.lease);
    const auto third = fake.pool.acquire(in(milliseconds(0)));
    REQUIRE(!third);
    CHECK(third.outcome.error->status == PSA_TIMEOUT);
    CHECK_THAT(third.outcome.error->message, Catch::Contains("All 2 instances of the plugin plugin were busy"));
    PluginInstance *const used = &**first.lease;
    first.lease.reset();
    const auto again = fake.pool.acquire(in(milliseconds(0)));
    REQUIRE(again);
    CHECK(&**again.lease == used);
}

TEST_CASE("a waiting caller gets the next returned instance")
{
    FakePool fake;
    auto first = fake.pool.acquire(in(ample));
    auto second = fake.pool.acquire(in(ample));
    bool got = false; // Catch2 checks on one thread only
    std::thread waiter([&] { got = static_cast<bool>(fake.pool.acquire(in(ample))); });
    first.lease.reset();
    waiter.join();
    CHECK(got);
}

TEST_CASE("a failure to make an instance is reported, and costs no place")
{
    FakePool fake;
    fake.shared.refuses = true;
    for (int time = 0; time < 3; ++time)
    {
        const auto refused = fake.pool.acquire(in(ample));
        REQUIRE(!refused);
        CHECK(refused.outcome.error->message == "refused on purpose");
    }
    fake.shared.refuses = false;
    CHECK(fake.pool.acquire(in(ample)));
}

TEST_CASE("an unusable instance is destroyed when it is returned, and replaced")
{
    FakePool fake;
    auto first = fake.pool.acquire(in(ample));
    auto second = fake.pool.acquire(in(ample));
    fake.shared.usable = false;
    first.lease.reset();
    CHECK(fake.shared.live == 1);
    fake.shared.usable = true;
    CHECK(fake.pool.acquire(in(milliseconds(0))));
    CHECK(fake.shared.live == 2);
}

TEST_CASE("an instance that became unusable while it was idle is not leased")
{
    FakePool fake;
    fake.pool.acquire(in(ample)).lease.reset();
    REQUIRE(fake.shared.live == 1);
    fake.shared.usable = false;
    const auto fresh = fake.pool.acquire(in(ample));
    CHECK(fresh);
    CHECK(fake.shared.live == 1); // the new one alone
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
    int allocations = 0;
    for (; failed; ++allocations)
    {
        CAPTURE(allocations);
        FakePool fake; // each round makes its first instance
        failed = acquireWithout(fake.pool, allocations);
        fake.pool.cancelAll(); // touches each instance that the pool considers active
        fake.pool.acquire(in(ample)).lease.reset();
        REQUIRE(acquireWithout(fake.pool, 0)); // one that is idle
        const auto one = fake.pool.acquire(in(ample));
        const auto other = fake.pool.acquire(in(ample));
        REQUIRE(one);
        REQUIRE(other);
        CHECK(fake.shared.live == 2);
    }
    CHECK(allocations > 2); // an instance, and its entry among the active ones
}

TEST_CASE("shutdown stops the calls in progress and waits for their leases")
{
    FakePool fake;
    fake.shared.waits = true;
    std::atomic<bool> begun{false};
    std::vector<psa_status> statuses;
    std::thread user([&] {
        const auto acquired = fake.pool.acquire(in(ample));
        begun = true;
        for (int call = 0; call < 2; ++call) // the second starts after the shutdown and is stopped as well
            statuses.push_back((*acquired.lease)->call(testCall(), {}, in(ample)).error->status);
    });
    while (!begun)
        std::this_thread::yield();
    CHECK(fake.pool.shutdown(in(ample)));
    user.join();
    CHECK(statuses == std::vector<psa_status>{PSA_CANCELLED, PSA_CANCELLED});
    CHECK(fake.pool.acquire(in(ample)).outcome.error->status == PSA_CANCELLED);
    CHECK(fake.shared.live == 0);
}

TEST_CASE("shutdown does not wait longer than it may, and a lease may outlive its pool")
{
    Shared shared;
    auto pool = std::make_unique<InstancePool>(std::make_unique<FakeFactory>(shared), 1, "plugin");
    auto acquired = pool->acquire(in(ample));
    CHECK(!pool->shutdown(in(milliseconds(1))));
    pool.reset();
    CHECK((*acquired.lease)->call(testCall(), {}, in(ample)).ok());
    acquired.lease.reset();
    CHECK(shared.live == 0);
}

namespace {

/// A pool of the real plugin, with the two instances that its descriptor allows.
struct RealPool
{
    std::shared_ptr<ValueCache> cache = std::make_shared<ValueCache>(std::make_shared<psa::clock::SystemClock>());
    InstancePool pool;

    explicit RealPool(const std::string &configuration, const PluginLog &log = {})
        : pool(instancesInProcess(faultPlugin("pool"), configuration, log, {milliseconds(30)}),
               faultPlugin("pool")->maxInstances, "pool")
    {
    }

    CallOutcome create(InstancePool::Acquired &acquired, const std::string &reference, milliseconds time = ample) const
    {
        CallContext context;
        context.cache = cache;
        return (*acquired.lease)->call(createTicketCall(reference, "{}"), context, in(time));
    }
    /// Until a call with the reference "wait" is in progress.
    void awaitWaiting() const
    {
        while (!cache->get("waiting"))
            std::this_thread::sleep_for(milliseconds(1));
    }
    /// The process of an instance.
    int processOf(InstancePool::Acquired &acquired) const { return processIn(create(acquired, "")); }
    static int processIn(const CallOutcome &made)
    {
        if (!made.ok())
            return 0;
        const auto ticket = psa::json::parseStrict(made.result).extract<Poco::JSON::Object::Ptr>()->getObject("ticket");
        return std::stoi(ticket->getValue<std::string>("id"));
    }
};

/// Waits until the process has ended and is no zombie any more. False after a minute.
bool hasEnded(int process)
{
    for (const auto until = in(ample); InstancePool::Clock::now() < until; std::this_thread::sleep_for(milliseconds(1)))
        if (kill(process, 0) != 0)
            return true;
    return false;
}

} // namespace

TEST_CASE("acquire reports the plugin's error about its configuration")
{
    RealPool real("refuse");
    for (int time = 0; time < 3; ++time)
    {
        const auto refused = real.pool.acquire(in(ample));
        REQUIRE(!refused);
        CHECK(refused.outcome.error->status == PSA_INVALID_CONFIG);
        CHECK(refused.outcome.error->message == "refused on purpose");
    }
}

TEST_CASE("the instances of a pool share a process, which ends with the pool")
{
    int process = 0;
    {
        RealPool real("one");
        auto first = real.pool.acquire(in(ample));
        auto second = real.pool.acquire(in(ample));
        REQUIRE(first);
        REQUIRE(second);
        process = real.processOf(first);
        CHECK(process != getpid());
        CHECK(real.processOf(second) == process);
        CHECK(kill(process, 0) == 0);
    }
    CHECK(hasEnded(process));
}

TEST_CASE("the instances of a process that crashed are replaced by those of a new one")
{
    RealPool real("one");
    auto first = real.pool.acquire(in(ample));
    auto second = real.pool.acquire(in(ample));
    const int process = real.processOf(first);
    second.lease.reset();
    CHECK(real.create(first, "crash").ended == Ended::died);
    first.lease.reset();
    for (int instance = 0; instance < 2; ++instance)
    {
        auto acquired = real.pool.acquire(in(ample));
        REQUIRE(acquired);
        const int now = real.processOf(acquired);
        CHECK(now != 0);
        CHECK(now != process);
    }
    CHECK(hasEnded(process));
}

TEST_CASE("a process that dies while it has no call is logged with the cause, and replaced")
{
    const auto log = std::make_shared<psa::test::Lines>();
    RealPool real("one", psa::test::Lines::log(log));
    auto idle = real.pool.acquire(in(ample));
    const int process = real.processOf(idle);
    REQUIRE(kill(process, SIGSEGV) == 0);
    for (const auto until = in(ample); log->all().empty() && InstancePool::Clock::now() < until;)
        std::this_thread::sleep_for(milliseconds(1));
    CHECK(log->text() == "plugin com.example.fault.pool misbehaves: it crashed outside a call: signal SIGSEGV\n");
    idle.lease.reset();
    auto next = real.pool.acquire(in(ample));
    REQUIRE(next);
    CHECK(real.processOf(next) != process);
}

TEST_CASE("a crash fails all calls in the process, and none of them counts as its only cause")
{
    RealPool real("one");
    auto first = real.pool.acquire(in(ample));
    auto second = real.pool.acquire(in(ample));
    CallOutcome sibling;
    std::thread other([&] { sibling = real.create(second, "wait"); });
    real.awaitWaiting();
    const CallOutcome crashed = real.create(first, "crash");
    other.join();
    for (const CallOutcome *const outcome : {&crashed, static_cast<const CallOutcome *>(&sibling)})
    {
        CHECK(outcome->ended == Ended::died);
        CHECK_FALSE(outcome->alone);
        REQUIRE(outcome->error);
        CHECK_THAT(outcome->error->message, Catch::Contains("signal SIGABRT"));
    }
}

TEST_CASE("a hung call affects no other: its process finishes calls in progress, and a new one takes new calls")
{
    RealPool real("one");
    auto hanging = real.pool.acquire(in(ample));
    auto sibling = real.pool.acquire(in(ample));
    const int process = real.processOf(hanging);
    REQUIRE(real.processOf(sibling) == process);
    CallOutcome waited;
    std::thread other([&] { waited = real.create(sibling, "wait"); });
    real.awaitWaiting();

    CHECK(real.create(hanging, "hang", milliseconds(50)).ended == Ended::hung);
    hanging.lease.reset();
    auto fresh = real.pool.acquire(in(ample));
    int now = 0;
    if (fresh)
        now = real.processOf(fresh);
    const bool survived = kill(process, 0) == 0;
    real.cache->put("go", "1", milliseconds(60000));
    other.join();

    CHECK(now != 0);
    CHECK(now != process);
    CHECK(survived);
    CHECK(RealPool::processIn(waited) == process);
    sibling.lease.reset();
    CHECK(hasEnded(process));
}

TEST_CASE("shutdown cancels a call of a real plugin")
{
    RealPool real("wait");
    CallOutcome outcome;
    std::atomic<bool> begun{false};
    std::thread user([&] {
        const auto acquired = real.pool.acquire(in(ample));
        begun = true;
        outcome = (*acquired.lease)->call(testCall(), {}, in(ample));
    });
    while (!begun)
        std::this_thread::yield();
    CHECK(real.pool.shutdown(in(ample)));
    user.join();
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CANCELLED);
}

TEST_CASE("threads may race acquire and cancel")
{
    RealPool real("wait");
    std::atomic<int> done{0};
    std::atomic<int> wrong{0};
    std::vector<std::thread> users;
    users.reserve(4);
    for (int user = 0; user < 4; ++user)
        users.emplace_back([&] {
            for (int round = 0; round < 25; ++round)
            {
                const auto acquired = real.pool.acquire(in(ample));
                const bool good =
                    acquired && (*acquired.lease)->call(testCall(), {}, in(ample)).ended == Ended::returned;
                wrong += good ? 0 : 1;
            }
            ++done;
        });
    while (done < 4)
    {
        real.pool.cancelAll();
        std::this_thread::yield();
    }
    for (std::thread &user : users)
        user.join();
    CHECK(wrong == 0);
    CHECK(real.pool.shutdown(in(ample)));
}
