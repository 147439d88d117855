#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace psa::store {

/// Ticket numbers, both ends among them.
struct TicketRange
{
    std::int64_t first = 0;
    std::int64_t last = 0;

    bool operator==(const TicketRange &) const = default;
};

/// What the store found when it was opened, and did about it.
struct OpenReport
{
    bool created = false;
    std::string restored; ///< Why the store may be older than what was done with it; "" = it is not.
    /// Tickets that became unknown: what was sending, or in a restored store all that had not ended.
    std::uint64_t madeUnknown = 0;
    /// Numbers that were given out, and whose tickets the store does not have. They are not given out again.
    std::optional<TicketRange> missing;
    std::string damagedLog; ///< Where the log is kept as it was found, if it lacked something; else "".
};

/// Where a store that was restored keeps restoredText() until somebody was told: a value of StoreReader::value().
constexpr const char *restoredNotice = "restored notice";

/// What the operator of a restored store must know, and what to do.
std::string restoredText(const OpenReport &report);

} // namespace psa::store
