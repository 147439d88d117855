#pragma once

#include "host/delivery/policy.h"

#include <cstdint>
#include <functional>

namespace psa::delivery {

/// A number from 0 up to, not including, `limit`; `limit` is at least 1.
using RandomBelow = std::function<std::uint64_t(std::uint64_t limit)>;

/// How long to wait before attempt `attempts` + 1: a random time up to a bound that doubles with each attempt, so that
/// tickets that failed together are not retried together. At least 1 ms.
std::chrono::milliseconds retryWait(const DeliveryPolicy &policy, std::uint32_t attempts, const RandomBelow &random);

/// How long to wait before the next lookup of a ticket whose outcome is unknown since `since`: at growing intervals,
/// and once when the quiet period ends. `quotaToSpare`: the intervals grow only up to policy.longestReconciliation. At
/// least 1 ms.
std::chrono::milliseconds lookWait(const DeliveryPolicy &policy, std::chrono::milliseconds since, bool quotaToSpare);

/// How long to wait for the single lookup after the quiet period.
std::chrono::milliseconds quietWait(const DeliveryPolicy &policy);

/// How long to wait before the next probe of a pause, after `probes` of them.
std::chrono::milliseconds probeWait(const DeliveryPolicy &policy, std::uint32_t probes);

} // namespace psa::delivery
