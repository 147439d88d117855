#include "host/store/sqlite/sqlite_session.h"

namespace psa::store {

std::vector<PluginCall> SqliteSession::pluginCalls() const
{
    std::vector<PluginCall> calls;
    SqliteStatement rows = database_.statement("SELECT plugin, operation, deaths FROM plugin_call"
                                               " WHERE deaths > 0 ORDER BY plugin, operation");
    while (rows.next())
        calls.push_back({rows.text(0), rows.text(1), rows.integer(2)});
    return calls;
}

std::int64_t SqliteSession::recordPluginDeath(const std::string &plugin, const std::string &operation)
{
    database_.run("INSERT INTO plugin_call VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET deaths = deaths + 1", plugin,
                  operation);
    return database_.integer("SELECT deaths FROM plugin_call WHERE plugin = ?1 AND operation = ?2", plugin, operation);
}

void SqliteSession::releasePlugin(const std::string &plugin, const std::string &operation)
{
    database_.run("UPDATE plugin_call SET deaths = 0 WHERE plugin = ?1 AND operation = ?2", plugin, operation);
}

} // namespace psa::store
