// SPDX-License-Identifier: Apache-2.0
//
// psa/clock.hpp: psa.clock/1 for C++ plugins. Compiled into the plugin; not part of the ABI.
#ifndef PSA_CLOCK_HPP
#define PSA_CLOCK_HPP

#include <psa/call.hpp>
#include <psa/clock.h>

#include <cstdint>

namespace psa {

/// The host's clock. Take the time from here and not from the system, so that a test can replace it. Cheap to copy;
/// valid as long as the process lives.
class Clock
{
public:
    /// Throws Error(PSA_UNAVAILABLE) if the host has no psa.clock/1.
    explicit Clock(Host host) : clock_(&host.require<psa_clock>(PSA_CLOCK_ID)) {}

    /// Milliseconds since some fixed moment; never goes back. For durations.
    std::int64_t nowMs(const Call &call) const noexcept { return clock_->monotonic_ms(call.get()); }

    /// Milliseconds since 1970-01-01T00:00:00Z; may jump. For dates.
    std::int64_t unixMs(const Call &call) const noexcept { return clock_->unix_ms(call.get()); }

private:
    const psa_clock *clock_;
};

} // namespace psa

#endif
