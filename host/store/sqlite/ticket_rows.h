#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/ticket/ticket.h"

#include <optional>

namespace psa::host {

/// The numbers of the states that allow it, for an SQL list: "0, 2".
std::string statesThatAllow(TicketAction action);
/// Those of the states that are not the end.
std::string statesNotEnded();

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

} // namespace psa::host
