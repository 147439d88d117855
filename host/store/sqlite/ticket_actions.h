#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/ticket/ticket.h"

namespace psa::host {

// What is done to a ticket on an operator's behalf; see StoreWriter.

StoredTicket retryTicket(SqliteContext &context, std::int64_t id, bool lookFirst, const TicketDocuments &documents);
StoredTicket linkTicket(SqliteContext &context, std::int64_t id, const TicketOutcome &outcome,
                        const StateReason &reason);
bool noteNumber(SqliteContext &context, std::int64_t id, const std::string &number, const std::string &url);
void giveUpNumber(SqliteContext &context, std::int64_t id, bool forGood);
StoredTicket dropTicket(SqliteContext &context, std::int64_t id, const StateReason &reason);

} // namespace psa::host
