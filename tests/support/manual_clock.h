#pragma once

#include "host/clock/clock.h"

#include <atomic>

namespace psa::test {

/// A clock that moves only when told to, steady and wall time together. Thread-safe.
class ManualClock : public clock::Clock
{
public:
    /// `wall`: the initial wall time; by default 2026-01-01T00:00:00Z.
    explicit ManualClock(Wall wall = Wall(std::chrono::seconds(1767225600))) : wall_(wall) {}

    void advance(std::chrono::milliseconds by) { elapsedMs_ += by.count(); }

    Steady now() const override { return Steady(std::chrono::hours(1)) + elapsed(); }
    Wall wallNow() const override { return wall_ + elapsed(); }

private:
    std::chrono::milliseconds elapsed() const { return std::chrono::milliseconds(elapsedMs_.load()); }

    const Wall wall_;
    std::atomic<std::int64_t> elapsedMs_{0};
};

} // namespace psa::test
