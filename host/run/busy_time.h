#pragma once

#include "host/clock/running_clock.h"

#include <atomic>
#include <string>

namespace psa::run {

/// How long a thread has been at one piece of work, for the watchdog. Written by that thread, read by any.
class BusyTime
{
public:
    /// A piece of work begins, and so the one before has ended.
    void begin() { since_ = clock::RunningClock::now().time_since_epoch().count(); }
    /// The thread rests.
    void end() { since_ = none; }

    /// Zero = it rests. To be read several times a second, as RunningClock requires.
    clock::RunningClock::duration time() const
    {
        const auto since = since_.load();
        return since == none ? clock::RunningClock::duration::zero()
                             : clock::RunningClock::now().time_since_epoch() - clock::RunningClock::duration(since);
    }

private:
    static constexpr clock::RunningClock::rep none = -1;

    std::atomic<clock::RunningClock::rep> since_ = none;
};

/// Longer than any piece of work of the host takes that waits for the store, its readers or the start of a plugin, and not
/// for a PSA.
constexpr std::chrono::minutes longestWork{5};

/// "The main thread has made no progress for 6 minutes." if `time` exceeds `allowed`, otherwise "".
std::string stuckText(const std::string &who, clock::RunningClock::duration time,
                      clock::RunningClock::duration allowed = longestWork);

} // namespace psa::run
