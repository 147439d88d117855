#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace psa::clock {

/// The time during which this process ran: like the steady clock, but it stops while the process is frozen (SIGSTOP, a
/// debugger, a frozen cgroup, a suspended virtual machine). For deadlines after which something is abandoned: work that
/// could not continue must not be abandoned for that. Timers of the outside world, such as the expiry of a token or the
/// idle time of a connection, use the steady clock.
///
/// A freeze shows as a gap between two readings of the time, of which at most `maxGap` counts. So a thread that
/// waits for a time of this clock reads it at least every `lookEvery`, as waitUntil() does. While nothing waits it does
/// not have to be read.
class RunningClock
{
public:
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<RunningClock>;
    static constexpr bool is_steady = true;

    static constexpr std::chrono::milliseconds lookEvery{250};
    static constexpr std::chrono::milliseconds maxGap{1000};

    /// Thread-safe.
    static time_point now();

    using Source = std::chrono::steady_clock::time_point (*)();
    /// Reads the steady time from `source` from now on; nullptr = from the machine. For tests.
    static void readFrom(Source source);
};

/// Waits on `changed`, whose lock is held, until `done` returns true. False if it does not by `until`.
template <class Done>
bool waitUntil(std::condition_variable &changed, std::unique_lock<std::mutex> &lock, RunningClock::time_point until,
               const Done &done)
{
    while (!done())
    {
        const auto left = until - RunningClock::now();
        if (left <= RunningClock::duration::zero())
            return false;
        changed.wait_for(lock, std::min<RunningClock::duration>(left, RunningClock::lookEvery));
    }
    return true;
}

/// Timeout for a poll() that waits for an event until `until`, before the time must be read again, in milliseconds.
inline int pollTime(RunningClock::time_point until)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - RunningClock::now());
    return static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), RunningClock::lookEvery).count());
}

} // namespace psa::clock
