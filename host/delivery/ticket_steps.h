#pragma once

#include "host/store/store.h"

namespace psa::delivery {

// The steps of delivery within one transaction each: load, transition, save. Throw StoreError.

struct TicketClaim
{
    std::string connection;
    ticket::ClaimFor purpose = ticket::ClaimFor::sending;
    std::size_t max = 1;
    std::string pluginBuild;
};

/// Claims due tickets, the longest due first, with their documents. Each gets a new fence.
std::vector<ticket::StoredTicket> claimTickets(store::StoreWriter &writer, const TicketClaim &claim);
/// Settles a claimed ticket. False means no change: the fence is stale, because the ticket was already settled, changed
/// by a human or deleted.
[[nodiscard]] bool settleTicket(store::StoreWriter &writer, std::int64_t id, std::int64_t fence,
                                const ticket::TicketSettlement &how);
/// Releases held tickets, notes and changes of the connection, at most `max`: makes them ready, or due to be looked up if open. Returns
/// how many.
std::size_t releaseHeld(store::StoreWriter &writer, const std::string &connection, std::size_t max);
/// Sets the number and URL of a finished ticket; both may be "". False means no change: it is not done, or was deleted.
[[nodiscard]] bool noteNumber(store::StoreWriter &writer, std::int64_t id, const std::string &number,
                              const std::string &url);

/// Records that the connection is paused, as toDocument() describes it, unless an operator's test of its credentials has passed
/// since they were rejected: it may have been made at another host.
void storePause(store::StoreWriter &writer, const std::string &connection, const std::string &document);

/// Records that the connection is not paused any more, and releases its held tickets, in as many transactions as
/// needed.
void endPause(store::Store &store, const std::string &connection);

} // namespace psa::delivery
