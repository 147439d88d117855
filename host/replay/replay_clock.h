#pragma once

#include "host/clock/clock.h"
#include "host/replay/recorded_run.h"

#include <mutex>
#include <vector>

namespace psa::replay {

/// Returns to a plugin the times that it read in a recorded call, one after the other, so that what it derives from
/// them is the same; then repeats the last one. Thread-safe.
class ReplayClock : public clock::Clock
{
public:
    explicit ReplayClock(const RecordedCall &call) : left_(call.dates.rbegin(), call.dates.rend()), last_(call.at) {}

    Steady now() const override { return std::chrono::steady_clock::now(); }
    clock::RunningClock::time_point running() const override { return clock::RunningClock::now(); }

    Wall wallNow() const override
    {
        const std::lock_guard lock(mutex_);
        if (!left_.empty())
        {
            last_ = left_.back();
            left_.pop_back();
        }
        return last_;
    }

private:
    mutable std::mutex mutex_;
    mutable std::vector<Wall> left_; ///< The next one is at the end.
    mutable Wall last_;
};

} // namespace psa::replay
