#include "host/store/sqlite/plugin_call_rows.h"

#include <algorithm>

namespace psa::host {

std::vector<PluginCall> loadPluginCalls(SqliteContext &context)
{
    std::vector<PluginCall> calls;
    SqliteStatement rows = context.database.statement("SELECT plugin, operation, in_flight, deaths FROM plugin_call"
                                                      " WHERE in_flight > 0 OR deaths > 0 ORDER BY plugin, operation");
    while (rows.next())
        calls.push_back({rows.text(0), rows.text(1), rows.integer(2), rows.integer(3)});
    return calls;
}

void countInFlight(SqliteContext &context, const std::string &plugin, const std::string &operation, int change)
{
    context.database.run("INSERT INTO plugin_call VALUES (?1, ?2, max(0, ?3), 0)"
                         " ON CONFLICT DO UPDATE SET in_flight = max(0, in_flight + ?3)",
                         plugin, operation, change);
}

std::int64_t blamePlugin(SqliteContext &context, const std::string &plugin, const std::string &operation)
{
    context.database.run("INSERT INTO plugin_call VALUES (?1, ?2, 0, 1) ON CONFLICT DO UPDATE SET deaths = deaths + 1",
                         plugin, operation);
    return context.database.integer("SELECT deaths FROM plugin_call WHERE plugin = ?1 AND operation = ?2", plugin,
                                    operation);
}

void releasePlugin(SqliteContext &context, const std::string &plugin, const std::string &operation)
{
    context.database.run("UPDATE plugin_call SET deaths = 0 WHERE plugin = ?1 AND operation = ?2", plugin, operation);
}

std::vector<PluginCall> takeInterruptedCalls(SqliteContext &context)
{
    std::vector<PluginCall> calls = loadPluginCalls(context);
    std::erase_if(calls, [](const PluginCall &call) { return call.inFlight == 0; });
    context.database.run("UPDATE plugin_call SET in_flight = 0");
    return calls;
}

} // namespace psa::host
