#pragma once

#include "host/store/plugin_call.h"
#include "host/store/sqlite/sqlite_context.h"

#include <vector>

namespace psa::host {

// See StoreReader and StoreWriter.

std::vector<PluginCall> loadPluginCalls(SqliteContext &context);
std::int64_t blamePlugin(SqliteContext &context, const std::string &plugin, const std::string &operation);
void releasePlugin(SqliteContext &context, const std::string &plugin, const std::string &operation);

} // namespace psa::host
