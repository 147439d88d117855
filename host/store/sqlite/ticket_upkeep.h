#pragma once

#include "host/store/sqlite/sqlite_context.h"

#include <cstdint>

namespace psa::host {

/// StoreWriter::deleteEndedTickets().
std::size_t deleteEndedTickets(SqliteContext &context, Clock::Wall before, std::size_t max);

/// Makes unknown what was sending when the last process ended, and gives back what it had in hand to look for. `all`:
/// whatever has not ended becomes unknown. How many became so.
std::uint64_t recoverTickets(SqliteContext &context, bool all);

/// Reads the keys of all tickets into the table in memory; outside of transactions.
void loadKeys(SqliteContext &context);

} // namespace psa::host
