#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace psa::delivery {

/// How one connection's tickets are delivered. The operator sets these in psa-host.toml; the quiet period is the
/// plugin's, since it knows how late a ticket may show up in its PSA.
struct DeliveryPolicy
{
    std::chrono::milliseconds callTime{120000};          ///< For each call into the plugin.
    std::chrono::milliseconds retryBase{1000};           ///< The first retry comes within this time.
    std::chrono::milliseconds retryCap{15 * 60 * 1000};  ///< No wait is longer.
    std::chrono::hours giveUpAfter{48};                  ///< From its creation, or since a human tried it again.
    std::chrono::milliseconds firstReconciliation{2000}; ///< From a lost answer to the first look for the ticket.
    std::chrono::milliseconds longestReconciliation{
        60000};                                           ///< From one look to the next, while there is quota to spare.
    std::chrono::milliseconds quietPeriod{5 * 60 * 1000}; ///< Absent for so long = never created: sent again.
    std::chrono::milliseconds rateLimitWait{30000};       ///< Where the PSA refuses and does not say for how long.
    std::size_t failuresToPause = 3; ///< So many failures in a row, of whichever tickets, pause the connection.
    std::chrono::milliseconds firstProbe{15000}; ///< From a pause to the first look whether it is over.
    std::string quarantine;                      ///< Why the plugin may not be called, "" = it may.
};

/// [delivery] of the configuration file.
struct DeliveryConfig
{
    DeliveryPolicy policy;
    std::optional<int> quotaPercent;                 ///< quota_percent; nothing = what BudgetRegistry has.
    std::optional<std::chrono::seconds> quietPeriod; ///< quiet_seconds; nothing = what each plugin says.
};

} // namespace psa::delivery
