#pragma once

#include "host/store/plugin_call.h"
#include "host/store/sqlite/sqlite_context.h"

#include <vector>

namespace psa::host {

// See StoreReader and StoreWriter.

std::vector<PluginCall> loadPluginCalls(SqliteContext &context);
void countInFlight(SqliteContext &context, const std::string &plugin, const std::string &operation, int change);
std::int64_t blamePlugin(SqliteContext &context, const std::string &plugin, const std::string &operation);
void releasePlugin(SqliteContext &context, const std::string &plugin, const std::string &operation);

/// What was in flight when the last process ended; from now on nothing is.
std::vector<PluginCall> takeInterruptedCalls(SqliteContext &context);

} // namespace psa::host
