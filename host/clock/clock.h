#pragma once

#include "host/clock/running_clock.h"

#include <ctime>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace psa::clock {

/// The host's source of time, so that tests can replace it. Thread-safe.
class Clock
{
public:
    using Steady = std::chrono::steady_clock::time_point;
    using Wall = std::chrono::system_clock::time_point;

    /// One moment on both clocks.
    struct Moment
    {
        Steady steady;
        Wall wall;
    };

    virtual ~Clock() = default;

    /// For durations and deadlines; never goes back.
    virtual Steady now() const = 0;
    /// For what ends elsewhere too, such as a lease: never goes back, and counts the time that the machine was suspended.
    /// The same as now() unless a clock overrides it.
    virtual Steady booted() const { return now(); }
    /// For dates; may jump.
    virtual Wall wallNow() const = 0;
    /// For deadlines of calls; see RunningClock. The same as now() unless a clock overrides it.
    virtual RunningClock::time_point running() const { return RunningClock::time_point(now().time_since_epoch()); }

    Moment moment() const { return {now(), wallNow()}; }
};

/// This many milliseconds after 1970, or the nearest time of the years 1970 to 2259: a stored number may be damaged,
/// and a Clock::Wall ends in 2262.
inline Clock::Wall wallFromUnixMs(std::int64_t ms)
{
    constexpr std::int64_t latest = 9'151'487'999'999;
    return Clock::Wall(std::chrono::milliseconds(std::clamp<std::int64_t>(ms, 0, latest)));
}

/// The machine's own clocks.
class SystemClock : public Clock
{
public:
    Steady now() const override { return std::chrono::steady_clock::now(); }
    Steady booted() const override
    {
        timespec time{};
        clock_gettime(CLOCK_BOOTTIME, &time);
        return Steady(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
    }
    Wall wallNow() const override { return std::chrono::system_clock::now(); }
    RunningClock::time_point running() const override { return RunningClock::now(); }
};

} // namespace psa::clock
