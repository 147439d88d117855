#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/store/ticket_query.h"

#include <vector>

namespace psa::host {

/// StoreWriter::claimTickets().
std::vector<StoredTicket> claimTickets(SqliteContext &context, const TicketClaim &claim);

/// StoreWriter::settleTicket().
bool settleTicket(SqliteContext &context, std::int64_t id, std::int64_t fence, const TicketSettlement &how);

/// StoreWriter::releaseHeld().
std::size_t releaseHeld(SqliteContext &context, const std::string &connection, std::size_t max);

} // namespace psa::host
