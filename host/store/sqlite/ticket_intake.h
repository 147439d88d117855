#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/store/ticket_query.h"

namespace psa::host {

/// The ticket with this key, without its documents.
std::optional<StoredTicket> findByKey(SqliteContext &context, std::int64_t connectionId, const std::string &key);

/// StoreWriter::insertTicket().
TicketInsertion insertTicket(SqliteContext &context, const NewTicket &request);

} // namespace psa::host
