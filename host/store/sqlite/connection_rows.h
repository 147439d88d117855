#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/store/stored_connection.h"

#include <optional>
#include <vector>

namespace psa::host {

// See StoreReader and StoreWriter.

std::optional<StoredConnection> loadConnection(SqliteContext &context, const std::string &name);
std::vector<StoredConnection> loadConnections(SqliteContext &context);
StoredConnection addConnection(SqliteContext &context, const StoredConnection &connection);
StoredConnection updateConnection(SqliteContext &context, const StoredConnection &connection);
void removeConnection(SqliteContext &context, const std::string &name);
void setBreakers(SqliteContext &context, const std::string &name, const std::string &breakerJson);
void setTest(SqliteContext &context, const std::string &name, const std::string &testJson);

} // namespace psa::host
