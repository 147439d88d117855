#pragma once

#include "sandbox/common/limits.h"
#include "sandbox/common/switches.h"

namespace psa::sandbox::autotask {

/// Calls in the rolling hour, and the consequences of too many. Thread-safe.
class HourlyCount : public RollingCount
{
public:
    HourlyCount(const SandboxClock &clock, const Switches &switches)
        : RollingCount(clock, std::chrono::hours(1)), switches_(switches)
    {
    }

    bool exceeded() const;
    /// The delay that the service adds to each response at the current use.
    std::chrono::milliseconds slowness() const;

private:
    const Switches &switches_;
};

} // namespace psa::sandbox::autotask
