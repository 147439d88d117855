#pragma once

#include "host/clock/clock.h"

#include <atomic>

namespace psa::clock {

/// The machine's clocks, with the dates of another clock once it was compared with that: hosts that share a database
/// agree on what is due, however their own clocks are set. Thread-safe.
class FollowingClock final : public SystemClock
{
public:
    Wall wallNow() const override
    {
        const std::int64_t ahead = ahead_.load();
        return ahead == 0 ? SystemClock::wallNow()
                          : Wall(booted().time_since_epoch() + std::chrono::nanoseconds(ahead));
    }

    /// A comparison whose answer took longer says too little.
    static constexpr std::chrono::seconds longest{1};

    /// `there`: what the other clock said at some time between `asked` and `answered`, which are of booted().
    void follow(Wall there, Steady asked, Steady answered)
    {
        if (answered - asked > longest)
            return;
        const Steady middle = asked + (answered - asked) / 2;
        ahead_ = std::chrono::nanoseconds(there.time_since_epoch() - middle.time_since_epoch()).count();
    }

private:
    std::atomic<std::int64_t> ahead_ = 0; ///< Of booted(), in ns; 0 = it was never compared.
};

} // namespace psa::clock
