#include "host/delivery/backoff.h"

#include <algorithm>

namespace psa::host {
namespace {

using std::chrono::milliseconds;

/// A look a moment before the quiet period ends would be for nothing, and times are rounded on their way.
constexpr milliseconds roundingMargin{10};

/// first * factor^steps, at most `cap`.
milliseconds grown(milliseconds first, std::uint32_t factor, std::uint32_t steps, milliseconds cap)
{
    milliseconds wait = first;
    for (std::uint32_t i = 0; i < steps && wait < cap; ++i)
        wait *= factor;
    return std::clamp(wait, milliseconds(1), std::max(cap, milliseconds(1)));
}

} // namespace

milliseconds retryWait(const DeliveryPolicy &policy, std::uint32_t attempts, const RandomBelow &random)
{
    const milliseconds bound = grown(policy.retryBase, 2, attempts == 0 ? 0 : attempts - 1, policy.retryCap);
    return milliseconds(1 + static_cast<std::int64_t>(random(static_cast<std::uint64_t>(bound.count()))));
}

milliseconds lookWait(const DeliveryPolicy &policy, milliseconds since)
{
    // Four times the distance that there was before, without counting the looks.
    const milliseconds wait = std::clamp(policy.firstLook + 3 * since, milliseconds(1), policy.retryCap);
    const milliseconds untilQuiet = policy.quietPeriod - since;
    return untilQuiet > milliseconds(0) ? std::min(wait, untilQuiet + roundingMargin) : wait;
}

milliseconds probeWait(const DeliveryPolicy &policy, std::uint32_t probes)
{
    return grown(policy.firstProbe, 2, probes, policy.retryCap);
}

} // namespace psa::host
