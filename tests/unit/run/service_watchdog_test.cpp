// A host whose threads make no progress is not reported as alive.
#include "host/run/service_watchdog.h"
#include "host/run/step_driver.h"
#include "tests/support/gate.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <vector>

using namespace psa::run;
using namespace std::chrono_literals;
using Catch::Contains;
using psa::clock::RunningClock;

namespace {

std::atomic<std::int64_t> nowNs{0};

/// While it exists, the running time is told by hand.
struct ManualTime
{
    ManualTime()
    {
        RunningClock::readFrom([] { return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(nowNs)); });
        RunningClock::now();
    }
    ~ManualTime() { RunningClock::readFrom(nullptr); }
    ManualTime(const ManualTime &) = delete;
    ManualTime &operator=(const ManualTime &) = delete;

    /// Time in which the process runs, and so reads its clock.
    static void pass(std::chrono::seconds time)
    {
        for (auto passed = 0s; passed < time; passed += 1s)
        {
            nowNs += std::chrono::nanoseconds(1s).count();
            RunningClock::now();
        }
    }
    /// Time in which it does not, as in a suspended virtual machine.
    static void freeze(std::chrono::seconds time) { nowNs += std::chrono::nanoseconds(time).count(); }
};

struct Watched
{
    std::string stuck;
    int alive = 0;
    std::vector<std::string> warnings;
    ServiceWatchdog watchdog{{120s, [this] { return stuck; }, [this] { ++alive; },
                              [this](const std::string &text) { warnings.push_back(text); }}};

    void look(std::chrono::seconds at) { watchdog.look(RunningClock::time_point(at)); }
};

} // namespace

TEST_CASE("a host that makes progress is reported four times in the time of the watchdog", "[watchdog]")
{
    Watched watched;
    for (auto at = 0s; at < 120s; at += 1s)
        watched.look(at);
    CHECK(watched.alive == 4);
    CHECK(watched.warnings.empty());
}

TEST_CASE("a host that is stuck is not reported until it makes progress again, and that is logged once", "[watchdog]")
{
    Watched watched;
    watched.look(0s);
    watched.stuck = "The main thread has made no progress for 6 minutes.";
    for (auto at = 1s; at < 1000s; at += 1s)
        watched.look(at);
    CHECK(watched.alive == 1);
    REQUIRE(watched.warnings.size() == 1);
    CHECK_THAT(watched.warnings[0], Contains("main thread") && Contains("restarts psa-host"));
    watched.stuck.clear();
    watched.look(1000s);
    CHECK(watched.alive == 2);
}

TEST_CASE("a host that nobody watches starts no thread for it", "[watchdog]")
{
    std::atomic<int> looked = 0;
    ServiceWatchdog watchdog({0s,
                              [&] {
                                  ++looked;
                                  return std::string();
                              },
                              [] {}, [](const std::string &) {}});
    watchdog.start();
    CHECK(looked == 0);
}

TEST_CASE("work counts as stuck after five minutes in which the process ran", "[watchdog]")
{
    const ManualTime time;
    BusyTime busy;
    const auto text = [&] { return stuckText("The thread of leases", busy.time()); };
    ManualTime::pass(600s);
    CHECK(text().empty()); // it rests
    busy.begin();
    ManualTime::pass(299s);
    CHECK(text().empty());
    ManualTime::freeze(3600s);
    CHECK(text().empty());
    ManualTime::pass(120s);
    CHECK(text() == "The thread of leases has made no progress for 7 minutes.");
    busy.begin(); // the next piece
    CHECK(text().empty());
    busy.end();
    ManualTime::pass(600s);
    CHECK(text().empty());
}

TEST_CASE("a driver is stuck in a step that does not return, and not while it rests", "[watchdog]")
{
    const ManualTime time;
    psa::test::Gate entered;
    psa::test::Gate leave;
    std::atomic<int> steps = 0;
    StepDriver driver("The thread of sources and events", {[&]() -> std::optional<std::chrono::milliseconds> {
                          if (++steps == 1)
                          {
                              entered.open();
                              leave.wait();
                          }
                          return std::nullopt;
                      }},
                      [](const std::string &) {});
    entered.wait();
    CHECK(driver.stuck().empty());
    ManualTime::pass(301s);
    CHECK_THAT(driver.stuck(), Contains("sources and events") && Contains("5 minutes"));
    leave.open();
    while (!driver.stuck().empty())
        std::this_thread::yield();
    ManualTime::pass(301s);
    CHECK(driver.stuck().empty());
}
