#include "host/store/sql/sql_session.h"
#include "host/store/store_error.h"

namespace psa::store {
namespace {

constexpr std::size_t maxNameBytes = 100;

[[noreturn]] void throwNotFound(const std::string &name)
{
    throw StoreError(StoreError::Kind::notFound, "there is no connection \"" + name + "\"");
}

std::map<std::string, std::string> loadSealed(SqlDatabase &database, std::int64_t id)
{
    std::map<std::string, std::string> sealed;
    SqlStatement rows = database.statement("SELECT field, sealed FROM sealed_field WHERE connection_id = ?1", id);
    while (rows.next())
        sealed[rows.text(0)] = rows.text(1);
    return sealed;
}

void saveSealed(SqlDatabase &database, std::int64_t id, const std::map<std::string, std::string> &sealed)
{
    database.run("DELETE FROM sealed_field WHERE connection_id = ?1", id);
    for (const auto &[field, bytes] : sealed)
        database.run("INSERT INTO sealed_field VALUES (?1, ?2, ?3)", id, field, SqlBlob{bytes});
}

/// Writes everything except name, breakers and test to an existing row.
void save(SqlDatabase &database, std::int64_t id, const StoredConnection &connection)
{
    database.run("UPDATE connection SET present = 1, version = ?2, plugin = ?3, configuration = ?4,"
                 " defaults = ?5, sealed_data_key = ?6, key_id = ?7, created = ?8,"
                 " changed = ?9, uid = ?10, secrets_version = ?11, updates = ?12 WHERE id = ?1",
                 id, connection.version, connection.plugin, connection.configurationJson, connection.defaultsJson,
                 SqlBlob{connection.sealedDataKey}, connection.keyId, connection.created, connection.changed,
                 connection.uid, connection.secretsVersion, connection.updatesJson);
    saveSealed(database, id, connection.sealed);
}

/// A row to write: that of a removed connection with this name, or a new one. Its current version is 0 if it is new.
std::pair<std::int64_t, std::int64_t> rowFor(SqlDatabase &database, const std::string &name)
{
    {
        SqlStatement row = database.statement("SELECT id, version FROM connection WHERE name = ?1", name);
        if (row.next())
            return {row.integer(0), row.integer(1)};
    }
    const std::int64_t id = database.insertUnique(
        "there is a connection \"" + name + "\" already; change it, or choose another name",
        "INSERT INTO connection (name, present, uid, secrets_version, version, plugin, configuration, defaults,"
        " sealed_data_key, key_id, paused, pause_reason, breakers, created, changed)"
        " VALUES (?1, 1, '', 0, 0, '', '', '', ?2, '', 0, '', '', 0, 0)",
        name, SqlBlob{});
    return {id, 0};
}

} // namespace

std::optional<std::int64_t> SqlSession::connectionId(const std::string &name) const
{
    SqlStatement row = database_.statement("SELECT id FROM connection WHERE name = ?1 AND present = 1", name);
    return row.next() ? std::optional(row.integer(0)) : std::nullopt;
}

std::int64_t SqlSession::knownConnectionId(const std::string &name) const
{
    const auto id = connectionId(name);
    if (!id)
        throwNotFound(name);
    return *id;
}

std::optional<StoredConnection> SqlSession::connection(const std::string &name) const
{
    SqlStatement row = database_.statement(
        "SELECT id, plugin, configuration, defaults, sealed_data_key, key_id, breakers, version, created, changed,"
        " uid, secrets_version, test, updates FROM connection WHERE name = ?1 AND present = 1",
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
    connection.updatesJson = row.text(13);
    connection.sealed = loadSealed(database_, row.integer(0));
    return connection;
}

std::vector<StoredConnection> SqlSession::connections() const
{
    std::vector<std::string> names;
    {
        SqlStatement rows = database_.statement("SELECT name FROM connection WHERE present = 1 ORDER BY name");
        while (rows.next())
            names.push_back(rows.text(0));
    }
    std::vector<StoredConnection> connections;
    for (const std::string &name : names)
        connections.push_back(this->connection(name).value());
    return connections;
}

StoredConnection SqlSession::addConnection(const StoredConnection &connection)
{
    if (connection.name.empty() || connection.name.size() > maxNameBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the name \"" + connection.name + "\" of a connection must have 1 to 100 bytes");
    if (connectionId(connection.name))
        throw StoreError(StoreError::Kind::conflict, "there is a connection \"" + connection.name +
                                                         "\" already; change it, or choose another name");
    const auto [id, version] = rowFor(database_, connection.name);
    StoredConnection added = connection;
    added.version = version + 1;
    added.created = added.changed = now();
    added.breakerJson.clear();
    added.testJson.clear();
    save(database_, id, added);
    database_.noteConnection(connection.name);
    return added;
}

StoredConnection SqlSession::updateConnection(const StoredConnection &connection)
{
    const auto present = this->connection(connection.name);
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
    updated.changed = now();
    updated.breakerJson = present->breakerJson;
    updated.testJson = present->testJson;
    save(database_, knownConnectionId(connection.name), updated);
    database_.noteConnection(connection.name);
    return updated;
}

void SqlSession::removeConnection(const std::string &name)
{
    const std::int64_t id = knownConnectionId(name);
    saveSealed(database_, id, {});
    database_.run("UPDATE connection SET present = 0, plugin = '', configuration = '', defaults = '',"
                  " sealed_data_key = ?3, uid = '', secrets_version = 0, key_id = '', breakers = '',"
                  " test = '', updates = '', changed = ?2 WHERE id = ?1",
                  id, now(), SqlBlob{});
    database_.noteConnection(name);
}

void SqlSession::setBreakers(const std::string &name, const std::string &breakerJson)
{
    database_.run("UPDATE connection SET breakers = ?2 WHERE id = ?1", knownConnectionId(name), breakerJson);
    database_.noteConnection(name);
}

void SqlSession::setTest(const std::string &name, const std::string &testJson)
{
    database_.run("UPDATE connection SET test = ?2 WHERE id = ?1", knownConnectionId(name), testJson);
    database_.noteConnection(name);
}

} // namespace psa::store
