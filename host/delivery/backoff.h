#pragma once

#include "host/delivery/policy.h"

#include <cstdint>
#include <functional>

namespace psa::delivery {

/// A number from 0 up to, not including, `limit`; `limit` is at least 1.
using RandomBelow = std::function<std::uint64_t(std::uint64_t limit)>;

/// How long to wait before attempt `attempts` + 1: a random time up to a bound that doubles with each attempt, so that
/// tickets that failed together do not come back together. At least 1 ms.
std::chrono::milliseconds retryWait(const DeliveryPolicy &policy, std::uint32_t attempts, const RandomBelow &random);

/// How long to wait before the next look for a ticket whose outcome is unknown since `since`: looks come at growing
/// distances, and one when the quiet period ends. `quotaToSpare`: the distances grow only to policy.longestReconciliation. At least
/// 1 ms.
std::chrono::milliseconds lookWait(const DeliveryPolicy &policy, std::chrono::milliseconds since, bool quotaToSpare);

/// How long to wait for the one look that comes after the quiet period.
std::chrono::milliseconds quietWait(const DeliveryPolicy &policy);

/// How long to wait before the next look whether a pause is over, after `probes` of them.
std::chrono::milliseconds probeWait(const DeliveryPolicy &policy, std::uint32_t probes);

} // namespace psa::delivery
