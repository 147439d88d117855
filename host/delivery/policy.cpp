#include "host/delivery/policy.h"

#include <algorithm>

namespace psa::delivery {
namespace {

using std::chrono::milliseconds;

/// A lookup just before the quiet period ends would be useless, and times are rounded in between.
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

milliseconds lookupInterval(const DeliveryPolicy &policy, milliseconds since, bool quotaToSpare)
{
    const milliseconds longest = quotaToSpare ? std::min(policy.maxReconciliation, policy.retryCap) : policy.retryCap;
    // Four times the previous interval, without counting the lookups.
    const milliseconds wait = std::clamp(policy.firstReconciliation + 3 * since, milliseconds(1), longest);
    const milliseconds untilQuiet = policy.quietPeriod - since;
    // With such short intervals, the last lookup before the end is skipped if it would come shortly before it.
    const milliseconds reach = quotaToSpare ? wait + wait / 2 : wait;
    return untilQuiet > milliseconds(0) && untilQuiet < reach ? untilQuiet + roundingMargin : wait;
}

milliseconds quietWait(const DeliveryPolicy &policy)
{
    return policy.quietPeriod + roundingMargin;
}

milliseconds probeWait(const DeliveryPolicy &policy, std::uint32_t probes)
{
    return grown(policy.firstProbe, 2, probes, policy.retryCap);
}

} // namespace psa::delivery
