#pragma once

#include "host/delivery/operation_calls.h"
#include "host/delivery/ticket_steps.h"

namespace psa::delivery {

// The steps of notes and changes within one transaction each, like ticket_steps.h. Throw StoreError.

/// Brings the operations of a ticket up to date after it, or one of them, has changed: see ticket::takeTurns().
void takeTurns(store::StoreWriter &writer, std::int64_t ticketId);

/// Settles or frees the operations that were merged into `carrier`, if it has ended.
void endMerge(store::StoreWriter &writer, const ticket::StoredOperation &carrier);

/// Claims the operation that has been due longest, with those that can be merged into it. nullopt if none is due.
struct OperationClaim : TicketClaim
{
    std::size_t maxNoteLength = 0; ///< Of the plugin's notes, in UTF-16 units.
    /// How long a conditional change waits until its ticket was read in the background after our last write: what a human
    /// has done since is then cheap to see.
    std::chrono::milliseconds readingPatience{0};
};
std::optional<OperationWork> claimOperation(store::StoreWriter &writer, const OperationClaim &claim);

/// Settles a claimed operation, and those that were merged into it. False means no change, except for the news: the fence
/// is stale.
[[nodiscard]] bool settleOperation(store::StoreWriter &writer, const OperationWork &work,
                                   const ticket::OperationSettlement &how, const WatchNews &news);

} // namespace psa::delivery
