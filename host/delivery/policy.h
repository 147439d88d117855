#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace psa::delivery {

/// How one connection's tickets are delivered. The operator sets these in psa-host.toml; the default quiet period comes
/// from the plugin, which knows how late a ticket can become visible in its PSA.
struct DeliveryPolicy
{
    std::chrono::milliseconds callTime{120000};          ///< Deadline of each call into the plugin.
    std::chrono::milliseconds retryBase{1000};           ///< Upper bound of the wait before the first retry.
    std::chrono::milliseconds retryCap{15 * 60 * 1000};  ///< Upper bound of every wait.
    std::chrono::hours giveUpAfter{48};                  ///< Since its creation, or since a human retried it.
    std::chrono::milliseconds firstReconciliation{2000}; ///< From a lost response to the first lookup of the ticket.
    std::chrono::milliseconds maxReconciliation{60000};  ///< Between two lookups, while there is quota to spare.
    /// A ticket not found for this long was not created and is sent again.
    std::chrono::milliseconds quietPeriod{5 * 60 * 1000};
    std::chrono::milliseconds noteQuietPeriod{2 * 60 * 1000}; ///< The same for a note.
    /// From a write to a ticket until the ticket is read, to learn what its PSA's workflow rules make of it.
    std::chrono::milliseconds watchDelay{1500};
    std::chrono::milliseconds readingPatience{10000}; ///< Maximum time that a conditional change waits for that.
    std::chrono::milliseconds rateLimitWait{30000};   ///< If the PSA's rejection has no Retry-After.
    std::size_t failuresToPause = 3; ///< This many consecutive failures, of any tickets, pause the connection.
    std::chrono::milliseconds firstProbe{15000}; ///< From a pause to the first probe.
    /// No later attempts: what would be retried, held or corrected becomes dead, with its reason.
    bool once = false;
};

/// [delivery] of the configuration file.
struct DeliveryConfig
{
    DeliveryPolicy policy;
    std::optional<int> quotaPercent;                 ///< quota_percent; nullopt = the default of BudgetRegistry.
    std::optional<std::chrono::seconds> quietPeriod; ///< quiet_seconds; nullopt = each plugin's own value.
};

/// A number from 0 up to, not including, `limit`; `limit` is at least 1.
using RandomBelow = std::function<std::uint64_t(std::uint64_t limit)>;

/// How long to wait before attempt `attempts` + 1: a random time up to a bound that doubles with each attempt, so that
/// tickets that failed together are not retried together. At least 1 ms.
std::chrono::milliseconds retryWait(const DeliveryPolicy &policy, std::uint32_t attempts, const RandomBelow &random);

/// How long to wait before the next lookup of a ticket whose outcome is unknown since `since`: at growing intervals,
/// and once when the quiet period ends. `quotaToSpare`: the intervals grow only up to policy.maxReconciliation. At
/// least 1 ms.
std::chrono::milliseconds lookupInterval(const DeliveryPolicy &policy, std::chrono::milliseconds since,
                                         bool quotaToSpare);

/// How long to wait for the single lookup after the quiet period.
std::chrono::milliseconds quietWait(const DeliveryPolicy &policy);

/// How long to wait before the next probe of a pause, after `probes` of them.
std::chrono::milliseconds probeWait(const DeliveryPolicy &policy, std::uint32_t probes);

} // namespace psa::delivery
