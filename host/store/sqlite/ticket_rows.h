#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/store/stored_ticket.h"

#include <optional>

namespace psa::host {

/// Without the documents.
std::optional<StoredTicket> loadTicket(SqliteContext &context, std::int64_t id);
/// As loadTicket(). Throws StoreError (notFound).
StoredTicket loadKnownTicket(SqliteContext &context, std::int64_t id);
void loadDocuments(SqliteContext &context, StoredTicket &ticket);

/// Adds a row with its documents and gives it its id. `keyHash`: if it has a key.
void addTicketRow(SqliteContext &context, StoredTicket &ticket, std::int64_t connectionId,
                  std::optional<std::int64_t> keyHash);

/// Writes what may change of a ticket, but not the documents.
void saveTicket(SqliteContext &context, const StoredTicket &ticket);

/// Makes the ticket one of this state as of now, with what follows from that for its times, and with a new fence.
/// `due`, `open`: as in TicketSettlement; a cancelled ticket may stay open.
void enterState(StoredTicket &ticket, TicketState state, const StateReason &reason, Clock::Wall now,
                std::optional<Clock::Wall> due = std::nullopt, bool open = false);

} // namespace psa::host
