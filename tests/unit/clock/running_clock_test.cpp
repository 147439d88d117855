// Time in which the process did not run does not count.
#include "host/clock/running_clock.h"
#include "host/net/watchdog.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace psa::clock;
using namespace psa::net;
using namespace std::chrono_literals;

namespace {

std::atomic<std::int64_t> aheadNs{0};
std::atomic<std::int64_t> stepNs{0}; ///< Added at each reading.
std::atomic<int> looks{0};

std::chrono::steady_clock::time_point leapingTime()
{
    ++looks;
    aheadNs += stepNs;
    return std::chrono::steady_clock::now() + std::chrono::nanoseconds(aheadNs);
}

/// While it exists, the steady clock can leap, as for a frozen process.
struct Freezer
{
    Freezer()
    {
        aheadNs = stepNs = 0;
        RunningClock::readFrom(&leapingTime);
    }
    ~Freezer() { RunningClock::readFrom(nullptr); }
    Freezer(const Freezer &) = delete;
    Freezer &operator=(const Freezer &) = delete;

    static void freeze(std::chrono::nanoseconds time) { aheadNs += time.count(); }

    /// Waits until others have read the time after a freeze. False after 20 s.
    static bool isNoticed()
    {
        const int seen = looks;
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (looks < seen + 3 && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(1ms);
        return looks >= seen + 3;
    }
};

} // namespace

TEST_CASE("a gap between two readings of the running time counts for a second at most", "[running-clock]")
{
    const Freezer freezer;
    const auto before = RunningClock::now();
    Freezer::freeze(24h);
    const auto after = RunningClock::now();
    CHECK(after - before >= RunningClock::maxGap);
    CHECK(after - before < RunningClock::maxGap + 10s);
    Freezer::freeze(900ms);
    CHECK(RunningClock::now() - after >= 900ms);
}

TEST_CASE("the running time continues where it was when the steady time comes from another source", "[running-clock]")
{
    RunningClock::time_point last;
    {
        const Freezer freezer;
        Freezer::freeze(900ms);
        last = RunningClock::now();
    }
    const auto now = RunningClock::now();
    CHECK(now >= last);
    CHECK(now - last < 10s);
}

TEST_CASE("a wait does not end because the process was frozen", "[running-clock]")
{
    const Freezer freezer;
    std::mutex mutex;
    std::condition_variable changed;
    bool released = false;
    std::atomic<bool> noticed{false};
    std::unique_lock lock(mutex);
    std::thread outside([&] {
        {
            const std::lock_guard begun(mutex); // free as soon as the other waits
        }
        Freezer::freeze(1h);
        noticed = Freezer::isNoticed();
        const std::lock_guard end(mutex);
        released = true;
        changed.notify_all();
    });
    CHECK(waitUntil(changed, lock, RunningClock::now() + 30s, [&] { return released; }));
    lock.unlock();
    outside.join();
    CHECK(noticed);
}

TEST_CASE("a wait that takes too long while the process runs ends", "[running-clock]")
{
    const Freezer freezer;
    stepNs = std::chrono::nanoseconds(500ms).count();
    std::mutex mutex;
    std::condition_variable changed;
    std::unique_lock lock(mutex);
    CHECK_FALSE(waitUntil(changed, lock, RunningClock::now() + 3s, [] { return false; }));
}

TEST_CASE("a socket is not shut down because the process was frozen", "[running-clock]")
{
    const Freezer freezer;
    std::array<int, 2> ends{-1, -1};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    {
        Watchdog watchdog;
        const auto guard = watchdog.watch(ends[0], {RunningClock::now() + 30s, [] { return false; }});
        Freezer::freeze(1h);
        CHECK(Freezer::isNoticed());
        CHECK(guard->fired() == Watchdog::Fired::no);
        CHECK(write(ends[1], "x", 1) == 1);
        char byte = 0;
        CHECK(read(ends[0], &byte, 1) == 1);
    }
    close(ends[0]);
    close(ends[1]);
}
