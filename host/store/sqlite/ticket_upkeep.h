#pragma once

#include "host/store/sqlite/sqlite_context.h"

#include <cstdint>

namespace psa::host {

/// StoreWriter::deleteEndedTickets().
std::size_t deleteEndedTickets(SqliteContext &context, Clock::Wall before, std::size_t max);

/// recover() of every ticket that the last process had in hand; `storeIsOlder`: of all that have not ended. How many became
/// unknown.
std::uint64_t recoverTickets(SqliteContext &context, bool storeIsOlder);

/// Reads the keys of all tickets into the table in memory; outside of transactions.
void loadKeys(SqliteContext &context);

} // namespace psa::host
