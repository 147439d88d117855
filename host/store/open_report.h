#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace psa::store {

/// Ticket numbers, both ends included.
struct TicketRange
{
    std::int64_t first = 0;
    std::int64_t last = 0;

    bool operator==(const TicketRange &) const = default;
};

/// What was found when the store was opened, and what was done about it.
struct OpenReport
{
    bool created = false;
    std::string restored; ///< Why the store may be older than the actions taken with it; "" = it is not.
    /// Tickets, notes and changes that became unknown: those in state sending, or in a restored store all unfinished ones.
    std::uint64_t madeUnknown = 0;
    /// Numbers that were assigned but whose tickets are missing from the store. They are not reused.
    std::optional<TicketRange> missing;
    std::string damagedLog; ///< Copy of the log as it was found, if something was missing from it; else "".
};

/// Where a restored store keeps restoredText() until a human has been notified: a name for StoreReader::value().
constexpr const char *restoredNotice = "restored notice";

/// OpenReport::restored after that command.
constexpr const char *restoredByOperator = "psa-host store restored was run";

/// Where a shared store says why it counts as restored for the next host that opens it: likewise.
constexpr const char *storeLeft = "store left";

/// What the operator of a restored store must know, and what to do.
std::string restoredText(const OpenReport &report);

} // namespace psa::store
