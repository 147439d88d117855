#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/store/ticket_query.h"

#include <vector>

namespace psa::host {

// See StoreReader.

TicketPage listTickets(SqliteContext &context, const TicketQuery &query);
std::optional<StoredTicket> ticketWithoutNumber(SqliteContext &context, const std::string &connection);
std::vector<ConnectionDue> dueTickets(SqliteContext &context);
bool hasTicketsToLookFor(SqliteContext &context, const std::string &connection);
std::vector<ConnectionCounts> countTickets(SqliteContext &context);

} // namespace psa::host
