#include "host/store/sqlite/connection_rows.h"

#include "host/store/sqlite/ticket_rows.h"
#include "host/store/store_error.h"
#include "host/ticket/transitions.h"

namespace psa::host {
namespace {

constexpr std::size_t maxNameBytes = 100;

[[noreturn]] void throwNotFound(const std::string &name)
{
    throw StoreError(StoreError::Kind::notFound, "there is no connection \"" + name + "\"");
}

std::int64_t knownId(SqliteContext &context, const std::string &name)
{
    const auto id = context.connectionId(name);
    if (!id)
        throwNotFound(name);
    return *id;
}

std::map<std::string, std::string> loadSealed(SqliteContext &context, std::int64_t id)
{
    std::map<std::string, std::string> sealed;
    SqliteStatement rows =
        context.database.statement("SELECT field, sealed FROM sealed_field WHERE connection_id = ?1", id);
    while (rows.next())
        sealed[rows.text(0)] = rows.text(1);
    return sealed;
}

void saveSealed(SqliteContext &context, std::int64_t id, const std::map<std::string, std::string> &sealed)
{
    context.database.run("DELETE FROM sealed_field WHERE connection_id = ?1", id);
    for (const auto &[field, bytes] : sealed)
        context.database.run("INSERT INTO sealed_field VALUES (?1, ?2, ?3)", id, field, SqliteBlob{bytes});
}

/// Writes all but name, breakers and test of a row that is there.
void save(SqliteContext &context, std::int64_t id, const StoredConnection &connection)
{
    context.database.run("UPDATE connection SET present = 1, version = ?2, plugin = ?3, configuration = ?4,"
                         " defaults = ?5, sealed_data_key = ?6, key_id = ?7, created = ?8,"
                         " changed = ?9, uid = ?10, secrets_version = ?11 WHERE id = ?1",
                         id, connection.version, connection.plugin, connection.configurationJson,
                         connection.defaultsJson, SqliteBlob{connection.sealedDataKey}, connection.keyId,
                         connection.created, connection.changed, connection.uid, connection.secretsVersion);
    saveSealed(context, id, connection.sealed);
}

/// A row to fill in: that of a removed connection of this name, or a new one. Its version so far is 0 if it is new.
std::pair<std::int64_t, std::int64_t> rowFor(SqliteContext &context, const std::string &name)
{
    {
        SqliteStatement row = context.database.statement("SELECT id, version FROM connection WHERE name = ?1", name);
        if (row.next())
            return {row.integer(0), row.integer(1)};
    }
    context.database.run(
        "INSERT INTO connection (name, present, uid, secrets_version, version, plugin, configuration, defaults,"
        " sealed_data_key, key_id, paused, pause_reason, breakers, created, changed)"
        " VALUES (?1, 1, '', 0, 0, '', '', '', x'', '', 0, '', '', 0, 0)",
        name);
    return {context.database.lastId(), 0};
}

bool hasOpenTickets(SqliteContext &context, std::int64_t id)
{
    static const std::string sql =
        "SELECT coalesce(sum(n), 0) FROM ticket_count WHERE connection_id = ?1 AND state IN (" + statesNotEnded() + ")";
    return context.database.integer(sql.c_str(), id) > 0;
}

void endAllLooking(SqliteContext &context, std::int64_t id)
{
    static const std::string sql = "SELECT id FROM ticket INDEXED BY ticket_to_look_for WHERE connection_id = ?1"
                                   " AND open_since IS NOT NULL AND state IN (" +
                                   statesThatAllow(TicketAction::look) + ")";
    for (const std::int64_t each : context.database.statement(sql.c_str(), id).integers())
    {
        StoredTicket ticket = loadKnownTicket(context, each);
        endLooking(ticket, context.now());
        saveTicket(context, ticket);
    }
}

} // namespace

std::optional<StoredConnection> loadConnection(SqliteContext &context, const std::string &name)
{
    SqliteStatement row = context.database.statement(
        "SELECT id, plugin, configuration, defaults, sealed_data_key, key_id, breakers, version, created, changed,"
        " uid, secrets_version, test FROM connection WHERE name = ?1 AND present",
        name);
    if (!row.next())
        return std::nullopt;
    StoredConnection connection;
    connection.name = name;
    connection.plugin = row.text(1);
    connection.configurationJson = row.text(2);
    connection.defaultsJson = row.text(3);
    connection.sealedDataKey = row.text(4);
    connection.keyId = row.text(5);
    connection.breakerJson = row.text(6);
    connection.version = row.integer(7);
    connection.created = row.time(8);
    connection.changed = row.time(9);
    connection.uid = row.text(10);
    connection.secretsVersion = row.integer(11);
    connection.testJson = row.text(12);
    connection.sealed = loadSealed(context, row.integer(0));
    return connection;
}

std::vector<StoredConnection> loadConnections(SqliteContext &context)
{
    std::vector<std::string> names;
    {
        SqliteStatement rows = context.database.statement("SELECT name FROM connection WHERE present ORDER BY name");
        while (rows.next())
            names.push_back(rows.text(0));
    }
    std::vector<StoredConnection> connections;
    for (const std::string &name : names)
        connections.push_back(loadConnection(context, name).value());
    return connections;
}

StoredConnection addConnection(SqliteContext &context, const StoredConnection &connection)
{
    if (connection.name.empty() || connection.name.size() > maxNameBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the name \"" + connection.name + "\" of a connection does not have 1 to 100 bytes");
    if (context.connectionId(connection.name))
        throw StoreError(StoreError::Kind::conflict, "there is a connection \"" + connection.name +
                                                         "\" already; change it, or choose another name");
    const auto [id, version] = rowFor(context, connection.name);
    StoredConnection added = connection;
    added.version = version + 1;
    added.created = added.changed = context.now();
    added.breakerJson.clear();
    added.testJson.clear();
    save(context, id, added);
    return added;
}

StoredConnection updateConnection(SqliteContext &context, const StoredConnection &connection)
{
    const auto present = loadConnection(context, connection.name);
    if (!present)
        throwNotFound(connection.name);
    if (present->version != connection.version)
        throw StoreError(StoreError::Kind::conflict, "the connection \"" + connection.name +
                                                         "\" was changed in the meantime: it has version " +
                                                         std::to_string(present->version) + ", not " +
                                                         std::to_string(connection.version) + "; read it again");
    StoredConnection updated = connection;
    ++updated.version;
    updated.created = present->created;
    updated.changed = context.now();
    updated.breakerJson = present->breakerJson;
    updated.testJson = present->testJson;
    save(context, knownId(context, connection.name), updated);
    return updated;
}

void removeConnection(SqliteContext &context, const std::string &name)
{
    const std::int64_t id = knownId(context, name);
    if (hasOpenTickets(context, id))
        throw StoreError(StoreError::Kind::notAllowed,
                         "the connection \"" + name +
                             "\" has unfinished tickets; wait for them, or drop or link them first");
    saveSealed(context, id, {});
    endAllLooking(context, id);
    context.database.run("UPDATE connection SET present = 0, plugin = '', configuration = '', defaults = '',"
                         " sealed_data_key = x'', uid = '', secrets_version = 0, key_id = '', breakers = '',"
                         " test = '', changed = ?2 WHERE id = ?1",
                         id, context.now());
}

void setBreakers(SqliteContext &context, const std::string &name, const std::string &breakerJson)
{
    context.database.run("UPDATE connection SET breakers = ?2 WHERE id = ?1", knownId(context, name), breakerJson);
}

void setTest(SqliteContext &context, const std::string &name, const std::string &testJson)
{
    context.database.run("UPDATE connection SET test = ?2 WHERE id = ?1", knownId(context, name), testJson);
}

} // namespace psa::host
