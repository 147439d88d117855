#include "host/net/budget.h"

#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <optional>
#include <random>
#include <thread>

using namespace std::chrono_literals;
using psa::clock::Clock;
using psa::net::Admission;
using psa::net::Budget;
using psa::net::BudgetRegistry;
using psa::net::ConcurrencyLimit;
using psa::net::Reason;
using psa::net::Stop;
using psa::test::ManualClock;

namespace {

struct World
{
    std::shared_ptr<ManualClock> owner = std::make_shared<ManualClock>();
    ManualClock &clock = *owner;
    BudgetRegistry registry{owner};

    Stop soon() const
    {
        return {clock.running() + 10s, [] { return false; }};
    }
};

/// Admits `count` requests one after another; returns how many were granted.
std::size_t granted(const World &world, const Budget &budget, std::size_t count, const std::string &key = "")
{
    std::size_t all = 0;
    for (std::size_t i = 0; i < count; ++i)
        all += budget.admit(key, world.soon()).granted() ? 1 : 0;
    return all;
}

/// Requests a slot on another thread and returns it at once. Returns when the request is waiting.
std::future<Reason> waitFor(
    const World &world, const Budget &budget, const std::string &key = "", std::function<void()> whenGranted = [] {})
{
    auto asked = std::make_shared<std::promise<void>>();
    auto calls = std::make_shared<std::atomic<int>>(0);
    // It asks for the second time after the first wait: by then it has long been in the queue.
    const Stop stop{world.clock.running() + 10s, [asked, calls] {
                        if (++*calls == 2)
                            asked->set_value();
                        return false;
                    }};
    auto result = std::async(std::launch::async, [budget, key, stop, whenGranted, asked, calls] {
        const Admission admission = budget.admit(key, stop);
        if (*calls < 2)
            asked->set_value(); // it did not have to wait: the test reports that, and must not hang
        if (admission.granted())
            whenGranted();
        return admission.reason();
    });
    asked->get_future().wait();
    return result;
}

} // namespace

TEST_CASE("without limits every request may be made", "[budget]")
{
    World world;
    CHECK(granted(world, world.registry.forConnection("c", {}, {}), 100) == 100);
}

TEST_CASE("a window grants our share of what the PSA allows, then rejects and says until when", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {}, {{10, 60s, "", ""}});
    CHECK(granted(world, budget, 10) == 4);
    const Admission refused = budget.admit("", world.soon());
    CHECK(refused.reason() == Reason::budget);
    CHECK(refused.retryAfter() == 61s);
    CHECK_THAT(refused.detail(), Catch::Contains("4 requests in 60 s"));
    world.clock.advance(refused.retryAfter() - 1ms);
    CHECK(budget.admit("", world.soon()).retryAfter() == 1ms);
    world.clock.advance(1ms);
    CHECK(granted(world, budget, 10) == 4);
}

TEST_CASE("the share is a setting, and leaves at least one request", "[budget]")
{
    World world;
    CHECK(granted(world, world.registry.forConnection("a", {}, {{10, 60s, "", ""}}, 1.0), 20) == 10);
    CHECK(granted(world, world.registry.forConnection("b", {}, {{100, 60s, "", ""}}, 0.29), 100) == 29);
    CHECK(granted(world, world.registry.forConnection("c", {}, {{2, 60s, "", ""}}), 5) == 1);
}

TEST_CASE("limits out of range are rejected", "[budget]")
{
    World world;
    CHECK_THROWS_WITH(world.registry.forConnection("c", {}, {}, 0), Catch::Contains("share"));
    CHECK_THROWS_WITH(world.registry.forConnection("c", {}, {}, 1.5), Catch::Contains("1.5"));
    CHECK_THROWS_WITH(world.registry.forConnection("c", {{0, "", ""}}, {}), Catch::Contains("0 concurrent requests"));
    CHECK_THROWS_WITH(world.registry.forConnection("c", {}, {{0, 60s, "", ""}}), Catch::Contains("0 requests per"));
    CHECK_THROWS_WITH(world.registry.forConnection("c", {}, {{1, 0s, "", ""}}), Catch::Contains("not 0"));
    CHECK_THROWS_WITH(world.registry.forConnection("c", {}, {{1, 25h, "", ""}}), Catch::Contains("90000"));
}

TEST_CASE("whatever is requested when, no window has more granted requests than our share", "[budget]")
{
    const unsigned seed = GENERATE(range(0u, 20u));
    CAPTURE(seed);
    std::mt19937 random(seed);
    World world;
    const Budget budget =
        world.registry.forConnection("c", {{2, "", ""}}, {{25, 7s, "", ""}, {100, 60s, "tickets", ""}}, 0.4);
    std::vector<Clock::Steady> all;
    std::vector<Clock::Steady> tickets;
    for (int step = 0; step < 4000; ++step)
    {
        world.clock.advance(std::chrono::milliseconds(random() % 700));
        const bool ticket = random() % 2 == 0;
        Admission admission = budget.admit(ticket ? "tickets" : "notes", world.soon());
        if (!admission.granted() && random() % 3 == 0)
            world.clock.advance(admission.retryAfter());
        if (!admission.granted())
            continue;
        if (random() % 8 == 0)
        {
            admission.refund();
            continue;
        }
        all.push_back(world.clock.now());
        if (ticket)
            tickets.push_back(world.clock.now());
    }
    REQUIRE(tickets.size() > 200);
    for (std::size_t first = 0; first + 10 < all.size(); ++first)
        REQUIRE(all[first + 10] - all[first] > 7s);
    for (std::size_t first = 0; first + 40 < tickets.size(); ++first)
        REQUIRE(tickets[first + 40] - tickets[first] > 60s);
}

TEST_CASE("a limit with a key counts only the requests with that key", "[budget]")
{
    World world;
    const Budget budget =
        world.registry.forConnection("c", {}, {{2, 60s, "tickets", ""}, {5, 60s, "", ""}, {3, 3600s, "notes", ""}}, 1);
    CHECK(granted(world, budget, 5, "tickets") == 2);
    CHECK(granted(world, budget, 5, "other") == 3);
    const Admission refused = budget.admit("tickets", world.soon());
    CHECK(refused.reason() == Reason::budget);
    world.clock.advance(61s);
    CHECK(granted(world, budget, 5, "notes") == 3);
    CHECK(granted(world, budget, 5, "tickets") == 2);
    world.clock.advance(61s);
    CHECK_THAT(budget.admit("notes", world.soon()).detail(), Catch::Contains("3600 s for \"notes\""));
}

TEST_CASE("a request rejected by one limit does not count for another", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {}, {{5, 60s, "", ""}, {1, 60s, "tickets", ""}}, 1);
    CHECK(granted(world, budget, 10, "tickets") == 1);
    CHECK(granted(world, budget, 10) == 4);
}

TEST_CASE("connections that name the same sharer share a limit, others do not", "[budget]")
{
    World world;
    const Budget one = world.registry.forConnection("one", {}, {{4, 60s, "", "autotask|acme"}}, 1);
    const Budget two = world.registry.forConnection("two", {}, {{4, 60s, "", "autotask|acme"}}, 1);
    const Budget other = world.registry.forConnection("three", {}, {{4, 60s, "", "autotask|beta"}}, 1);
    const Budget own = world.registry.forConnection("autotask|acme", {}, {{4, 60s, "", ""}}, 1);
    CHECK(granted(world, one, 3) == 3);
    CHECK(granted(world, two, 3) == 1);
    CHECK(granted(world, other, 5) == 4);
    CHECK(granted(world, own, 5) == 4);
}

TEST_CASE("a changed configuration keeps what was spent, and its maximum applies", "[budget]")
{
    World world;
    CHECK(granted(world, world.registry.forConnection("c", {}, {{4, 60s, "", ""}}, 1), 3) == 3);
    CHECK(granted(world, world.registry.forConnection("c", {}, {{6, 60s, "", ""}}, 1), 9) == 3);
    const Budget lower = world.registry.forConnection("c", {}, {{2, 60s, "", ""}}, 1);
    CHECK(lower.admit("", world.soon()).reason() == Reason::budget);
    world.clock.advance(61s);
    CHECK(granted(world, lower, 9) == 2);
}

TEST_CASE("a request that was not sent gives back its place in the window", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {{1, 60s, "", ""}}, 1);
    {
        Admission admission = budget.admit("", world.soon());
        REQUIRE(admission.granted());
        admission.refund();
        admission.refund(); // once is enough
        CHECK(budget.usage().windows.at(0).used == 0);
        CHECK(budget.usage().slots.at(0).inFlight == 1);
    }
    CHECK(granted(world, budget, 2) == 1);
}

TEST_CASE("a slot is free again when its admission ends, even one that was moved", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {});
    std::optional<Admission> kept;
    {
        Admission first = budget.admit("", world.soon());
        kept.emplace(std::move(first));
    }
    CHECK(budget.usage().slots.at(0).inFlight == 1);
    kept.reset();
    CHECK(budget.usage().slots.at(0).inFlight == 0);
    CHECK(granted(world, budget, 3) == 3);
}

TEST_CASE("a request that gets no slot before its deadline is rejected and spends nothing", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {{10, 60s, "", ""}}, 1);
    const Admission holder = budget.admit("", world.soon());
    auto waiting = waitFor(world, budget);
    world.clock.advance(10s);
    CHECK(waiting.get() == Reason::timeout);
    CHECK(budget.usage().windows.at(0).used == 1);
    const Stop late{world.clock.running(), [] { return false; }};
    CHECK(budget.admit("", late).reason() == Reason::timeout);
}

TEST_CASE("a request that is cancelled stops waiting and spends nothing", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {{10, 60s, "", ""}}, 1);
    std::optional<Admission> holder(budget.admit("", world.soon()));
    int asked = 0;
    const Stop impatient{world.clock.running() + 10s, [&asked] { return ++asked == 2; }};
    CHECK(budget.admit("", impatient).reason() == Reason::cancelled);
    CHECK(budget.usage().windows.at(0).used == 1);
    holder.reset();
    CHECK(granted(world, budget, 2) == 2);
    CHECK(budget.admit("", {world.clock.running() + 10s, [] { return true; }}).reason() == Reason::cancelled);
}

TEST_CASE("a caller whose cancel check throws leaves nothing behind", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {});
    std::optional<Admission> holder(budget.admit("", world.soon()));
    int asked = 0;
    const Stop broken{world.clock.running() + 10s,
                      [&asked]() -> bool { return ++asked < 2 ? false : throw std::runtime_error("broken"); }};
    CHECK_THROWS_WITH(budget.admit("", broken), "broken");
    holder.reset();
    CHECK(granted(world, budget, 2) == 2);
}

TEST_CASE("slots are granted in the order in which requests arrived", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {});
    std::optional<Admission> holder(budget.admit("", world.soon()));
    std::string order; // one slot: only its holder writes
    std::vector<std::future<Reason>> waiting;
    for (const char name : {'a', 'b', 'c', 'd', 'e'})
        waiting.push_back(waitFor(world, budget, "", [&order, name] { order += name; }));
    holder.reset();
    for (auto &each : waiting)
        CHECK(each.get() == Reason::none);
    CHECK(order == "abcde");
}

TEST_CASE("a request that waits for one slot does not block those that need another", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{3, "", ""}, {1, "tickets", ""}, {1, "notes", ""}}, {});
    std::optional<Admission> holder(budget.admit("tickets", world.soon()));
    auto waiting = waitFor(world, budget, "tickets");
    CHECK(granted(world, budget, 3, "notes") == 3);
    holder.reset();
    CHECK(waiting.get() == Reason::none);
}

TEST_CASE("a window that is used up while a request waits for its slot rejects it", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {{2, 60s, "", ""}}, 1);
    std::optional<Admission> holder(budget.admit("", world.soon()));
    auto second = waitFor(world, budget);
    auto third = waitFor(world, budget);
    holder.reset();
    CHECK(second.get() == Reason::none);
    CHECK(third.get() == Reason::budget);
    CHECK(budget.usage().windows.at(0).used == 2);
}

TEST_CASE(
    "a pause that the PSA asked for applies to that key for all connections that share the limit, until it is over",
    "[budget]")
{
    World world;
    const std::vector<psa::net::WindowLimit> shared = {{100, 60s, "", "acme"}, {100, 60s, "tickets", "acme"}};
    const Budget one = world.registry.forConnection("one", {}, shared);
    const Budget two = world.registry.forConnection("two", {}, shared);
    const Budget other = world.registry.forConnection("other", {}, {{100, 60s, "", "beta"}});
    one.pauseUntil("tickets", world.clock.now() + 30s);
    one.pauseUntil("tickets", world.clock.now() + 5s); // does not shorten it
    const Admission refused = two.admit("tickets", world.soon());
    CHECK(refused.reason() == Reason::budget);
    CHECK(refused.retryAfter() == 30s);
    CHECK_THAT(refused.detail(), Catch::Contains("asked to wait"));
    CHECK(two.admit("notes", world.soon()).granted());
    CHECK(other.admit("tickets", world.soon()).granted());
    world.clock.advance(30s);
    CHECK(two.admit("tickets", world.soon()).granted());
}

TEST_CASE("a pause applies to a connection without any limits, and to requests that already wait", "[budget]")
{
    World world;
    const Budget free = world.registry.forConnection("free", {}, {});
    free.pauseUntil("", world.clock.now() + 7s);
    CHECK(free.admit("", world.soon()).retryAfter() == 7s);
    const Budget narrow = world.registry.forConnection("narrow", {{1, "", ""}}, {});
    const Admission holder = narrow.admit("", world.soon());
    auto waiting = waitFor(world, narrow);
    narrow.pauseUntil("", world.clock.now() + 1s);
    CHECK(waiting.get() == Reason::budget);
}

TEST_CASE("spent requests survive a restart, and the time in between counts", "[budget]")
{
    const std::vector<psa::net::WindowLimit> limits = {{4, 60s, "", "acme"}, {9, 3600s, "tickets", ""}};
    World before;
    const Budget budget = before.registry.forConnection("c", {}, limits, 1);
    CHECK(granted(before, budget, 4, "tickets") == 4);
    budget.pauseUntil("notes", before.clock.now() + 90s);
    const psa::net::BudgetSnapshot snapshot = before.registry.snapshot();
    CHECK(snapshot.windows.size() == 2);

    const auto owner = std::make_shared<ManualClock>(before.clock.wallNow());
    ManualClock &later = *owner;
    later.advance(40s);
    BudgetRegistry registry(owner);
    registry.restore(snapshot);
    const Budget again = registry.forConnection("c", {}, limits, 1);
    const auto soon = [&later] { return Stop{later.running() + 1s, [] { return false; }}; };
    CHECK(again.usage().windows.at(0).used == 4);
    CHECK(again.admit("tickets", soon()).retryAfter() == 21s);
    CHECK(again.admit("notes", soon()).retryAfter() == 50s);
    later.advance(21s);
    CHECK(again.usage().windows.at(0).used == 0);
    CHECK(again.usage().windows.at(1).used == 4);
    CHECK(again.admit("tickets", soon()).granted());
}

TEST_CASE("keys without a limit share the common pause, and leave nothing else behind", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {}, {{9, 60s, "tickets", ""}}, 1);
    for (int i = 0; i < 100; ++i)
        budget.pauseUntil("made up " + std::to_string(i), world.clock.now() + 60s);
    CHECK(world.registry.snapshot().pauses.size() == 1);
    CHECK(budget.admit("another", world.soon()).retryAfter() == 60s);
    CHECK(budget.admit("", world.soon()).retryAfter() == 60s);
    CHECK(budget.admit("tickets", world.soon()).granted());
}

TEST_CASE("a snapshot from a wrong clock delays nothing for more than a window", "[budget]")
{
    World world;
    psa::net::BudgetSnapshot snapshot;
    snapshot.windows.push_back({"connection c", "", 60s, {{INT64_MAX, 1}, {INT64_MIN, 1}}});
    snapshot.pauses.push_back({"connection c", "", INT64_MAX});
    world.registry.restore(snapshot);
    const Budget budget = world.registry.forConnection("c", {}, {{1, 60s, "", ""}}, 1);
    CHECK(budget.usage().windows.at(0).used == 1);
    CHECK(budget.admit("", world.soon()).retryAfter() == 24h);
    world.clock.advance(24h);
    CHECK(budget.admit("", world.soon()).granted());
}

TEST_CASE("an admission may outlive the registry and its budget", "[budget]")
{
    std::optional<Admission> admission;
    {
        auto clock = std::make_shared<ManualClock>();
        const auto soon = clock->running() + 1s;
        BudgetRegistry registry(std::move(clock));
        admission.emplace(registry.forConnection("c", {{1, "", ""}}, {}).admit("", {soon, [] { return false; }}));
    }
    CHECK(admission->granted());
}

TEST_CASE("many threads never have more concurrent requests than the limits allow", "[budget]")
{
    World world;
    const std::vector<ConcurrencyLimit> limits = {{3, "", "acme"}, {2, "tickets", "acme"}};
    const Budget budgets[] = {world.registry.forConnection("one", limits, {{100000, 60s, "", "acme"}}, 1),
                              world.registry.forConnection("two", limits, {{100000, 60s, "", "acme"}}, 1)};
    std::atomic<int> all{0};
    std::atomic<int> tickets{0};
    std::atomic<bool> exceeded{false};
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < 8; ++number)
        threads.emplace_back([&, number] {
            const bool ticket = number % 2 == 0;
            for (int i = 0; i < 200; ++i)
            {
                Admission admission = budgets[number / 4].admit(ticket ? "tickets" : "notes", world.soon());
                if (!admission.granted())
                    ++refused;
                if (++all > 3 || (ticket && ++tickets > 2))
                    exceeded = true;
                std::this_thread::yield();
                --all;
                if (ticket)
                    --tickets;
                if (i % 4 == 0)
                    admission.refund();
            }
        });
    for (std::thread &each : threads)
        each.join();
    CHECK_FALSE(exceeded);
    CHECK(refused == 0);
    CHECK(budgets[0].usage().windows.at(0).used == 8 * 150);
    CHECK(budgets[1].usage().slots.at(0).inFlight == 0);
}

TEST_CASE("the last part of a window is reserved for looking up tickets", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {}, {{100, 60s, "", ""}}, 1);
    CHECK(granted(world, budget, 100) == 98);
    const auto reconcile = [&] { return budget.admit("", world.soon(), psa::net::BudgetUse::reconciliation); };
    CHECK(reconcile().granted());
    CHECK(reconcile().granted());
    CHECK(reconcile().reason() == Reason::budget);
}

TEST_CASE("optional requests leave half of a window to the others", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {}, {{100, 60s, "", ""}}, 1);
    const auto spare = [&] { return budget.admit("", world.soon(), psa::net::BudgetUse::spare); };
    CHECK(granted(world, budget, 49) == 49);
    CHECK(spare().granted());
    CHECK(spare().reason() == Reason::budget);
    CHECK(granted(world, budget, 1) == 1);
}

TEST_CASE("a window too small to share has no reserve", "[budget]")
{
    World world;
    const Budget budget = world.registry.forConnection("c", {}, {{10, 60s, "", ""}}, 1);
    CHECK(granted(world, budget, 11) == 10);
}

namespace {

/// How many requests the last snapshot counts.
std::size_t countOf(const psa::net::BudgetSnapshot &snapshot)
{
    std::size_t all = 0;
    for (const auto &window : snapshot.windows)
        for (const auto &bucket : window.buckets)
            all += bucket.count;
    return all;
}

} // namespace

TEST_CASE("a request is counted in the stored snapshot before it may be sent", "[budget]")
{
    World world;
    psa::net::BudgetSnapshot kept;
    int writes = 0;
    world.registry.persistWith([&](const psa::net::BudgetSnapshot &snapshot) {
        kept = snapshot;
        ++writes;
    });
    const Budget budget = world.registry.forConnection("c", {}, {{1000, 60s, "", ""}}, 1);
    for (std::size_t made = 1; made <= 300; ++made)
    {
        REQUIRE(budget.admit("", world.soon()).granted());
        REQUIRE(countOf(kept) >= made);
        REQUIRE(countOf(kept) <= made + 10);
        world.clock.advance(20ms);
    }
    CHECK(writes <= 60); // one in ten requests, and one for each started section of the window

    World later;
    later.registry.restore(kept);
    CHECK(later.registry.forConnection("c", {}, {{1000, 60s, "", ""}}, 1).usage().windows.at(0).used >= 300);
}

TEST_CASE("nothing is admitted while spent requests cannot be stored", "[budget]")
{
    World world;
    bool full = true;
    world.registry.persistWith([&](const psa::net::BudgetSnapshot &) {
        if (full)
            throw std::runtime_error("the disk is full");
    });
    const Budget budget = world.registry.forConnection("c", {{1, "", ""}}, {{10, 60s, "", ""}}, 1);
    const Admission refused = budget.admit("", world.soon());
    CHECK(refused.reason() == Reason::budget);
    CHECK(refused.retryAfter() == 1s);
    CHECK_THAT(refused.detail(), Catch::Contains("the disk is full"));
    CHECK(budget.usage().windows.at(0).used == 0);
    CHECK(budget.usage().slots.at(0).inFlight == 0);
    full = false;
    CHECK(budget.admit("", world.soon()).granted());
}

TEST_CASE("many threads write one snapshot at a time, and each request is in one", "[budget]")
{
    World world;
    std::atomic<int> inside{0};
    std::atomic<bool> together{false};
    std::atomic<std::size_t> kept{0};
    std::atomic<std::size_t> made{0};
    std::atomic<bool> tooLittle{false};
    world.registry.persistWith([&](const psa::net::BudgetSnapshot &snapshot) {
        together = together || ++inside > 1;
        std::this_thread::yield();
        kept = countOf(snapshot);
        --inside;
    });
    const Budget budget = world.registry.forConnection("c", {}, {{100000, 60s, "", ""}}, 1);
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number)
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i)
                if (budget.admit("", world.soon()).granted() && ++made > kept)
                    tooLittle = true;
        });
    for (std::thread &each : threads)
        each.join();
    CHECK(made == 800);
    CHECK_FALSE(together);
    CHECK_FALSE(tooLittle);
}
