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

/// Takes what is due, the longest due first, with its documents. Each has a new fence.
std::vector<ticket::StoredTicket> claimTickets(store::StoreWriter &writer, const TicketClaim &claim);
/// Gives back a claimed ticket. False changes nothing: the fence is stale, since the ticket was settled already, changed by
/// hand or deleted.
[[nodiscard]] bool settleTicket(store::StoreWriter &writer, std::int64_t id, std::int64_t fence,
                                const ticket::TicketSettlement &how);
/// Makes held tickets of the connection ready, and those that are open due to be looked for, at most `max`; how many.
std::size_t releaseHeld(store::StoreWriter &writer, const std::string &connection, std::size_t max);
/// What a ticket that is done is called by people, and where they see it; both may be "". False changes nothing: it is not
/// done, or deleted.
[[nodiscard]] bool noteNumber(store::StoreWriter &writer, std::int64_t id, const std::string &number,
                              const std::string &url);

/// Stores that nothing pauses the connection any more, and releases its held tickets, in as many transactions as that takes.
void endPause(store::Store &store, const std::string &connection);

} // namespace psa::delivery
