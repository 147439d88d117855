#pragma once

#include "host/clock/clock.h"

#include <memory>
#include <mutex>
#include <vector>

namespace psa::connection {

/// A clock that records each time it returned, so that a replay can return the same. Thread-safe.
class RecordingClock : public clock::Clock
{
public:
    explicit RecordingClock(std::shared_ptr<const clock::Clock> clock) : clock_(std::move(clock)) {}

    Steady now() const override { return clock_->now(); }
    clock::RunningClock::time_point running() const override { return clock_->running(); }

    Wall wallNow() const override
    {
        const std::lock_guard lock(mutex_);
        return taken_.emplace_back(clock_->wallNow());
    }

    /// The times returned so far.
    std::vector<Wall> taken() const
    {
        const std::lock_guard lock(mutex_);
        return taken_;
    }

private:
    std::shared_ptr<const clock::Clock> clock_;
    mutable std::mutex mutex_;
    mutable std::vector<Wall> taken_;
};

} // namespace psa::connection
