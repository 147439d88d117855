#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/store/stored_ticket.h"

namespace psa::host {

// What an operator does to a ticket by hand; see StoreWriter.

StoredTicket retryTicket(SqliteContext &context, std::int64_t id, bool lookFirst,
                         const std::optional<std::string> &ticketJson);
StoredTicket linkTicket(SqliteContext &context, std::int64_t id, const TicketOutcome &outcome,
                        const StateReason &reason);
StoredTicket dropTicket(SqliteContext &context, std::int64_t id, const StateReason &reason);

} // namespace psa::host
