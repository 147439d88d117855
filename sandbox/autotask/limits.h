#pragma once

#include "sandbox/common/limits.h"
#include "sandbox/common/switches.h"

namespace psa::sandbox::autotask {

/// Calls in the rolling hour, and what too many of them lead to. Every function may be called from any thread.
class HourlyCount : public RollingCount
{
public:
    HourlyCount(const SandboxClock &clock, const Switches &switches)
        : RollingCount(clock, std::chrono::hours(1)), switches_(switches)
    {
    }

    bool exceeded() const;
    /// What the service adds to each answer at this use.
    std::chrono::milliseconds slowness() const;

private:
    const Switches &switches_;
};

} // namespace psa::sandbox::autotask
