#include "host/store/sql/sql_session.h"
#include "host/store/store_error.h"

#include <algorithm>

namespace psa::store {
namespace {

constexpr std::size_t maxDefinitionNameBytes = 100;
/// Customers are checked against each other.
constexpr const char *customerTable = "the table of customers";

int numberOf(DefinitionKind kind)
{
    return static_cast<int>(kind);
}

[[noreturn]] void throwNoDefinition(DefinitionKind kind, const std::string &name)
{
    throw StoreError(StoreError::Kind::notFound, std::string("there is no ") + toText(kind) + " \"" + name + "\"");
}

[[noreturn]] void throwNameTaken(DefinitionKind kind, const std::string &name)
{
    throw StoreError(StoreError::Kind::conflict, std::string("there is a ") + toText(kind) + " \"" + name +
                                                     "\" already; change that one, or choose another name");
}

/// The columns of definitionFrom().
constexpr const char *definitionColumns =
    "SELECT id, uid, name, position, version, document, secrets, state, created, changed, present FROM definition";

StoredDefinition definitionFrom(DefinitionKind kind, const SqlStatement &row)
{
    StoredDefinition found;
    found.kind = kind;
    found.id = row.integer(0);
    found.uid = row.text(1);
    found.name = row.text(2);
    found.position = row.integer(3);
    found.version = row.integer(4);
    found.documentJson = row.text(5);
    found.secretsJson = row.text(6);
    found.stateJson = row.text(7);
    found.created = row.time(8);
    found.changed = row.time(9);
    found.removed = row.integer(10) == 0;
    return found;
}

void addVersion(SqlDatabase &database, const StoredDefinition &definition, const std::string &who)
{
    database.run("INSERT INTO definition_version VALUES (?1, ?2, ?3, ?4, ?5)", definition.id, definition.version,
                 definition.changed, who, definition.documentJson);
}

void checkDefinitionName(DefinitionKind kind, const std::string &name)
{
    if (name.empty() || name.size() > maxDefinitionNameBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the name \"" + name + "\" of a " + toText(kind) + " must have 1 to 100 bytes");
}

} // namespace

std::vector<StoredDefinition> SqlSession::definitions(DefinitionKind kind) const
{
    static const std::string sql =
        definitionColumns + std::string(" WHERE kind = ?1 AND present = 1 ORDER BY position, name");
    std::vector<StoredDefinition> all;
    SqlStatement rows = database_.statement(sql.c_str(), numberOf(kind));
    while (rows.next())
        all.push_back(definitionFrom(kind, rows));
    return all;
}

std::optional<StoredDefinition> SqlSession::definition(DefinitionKind kind, const std::string &name) const
{
    static const std::string sql = definitionColumns + std::string(" WHERE kind = ?1 AND name = ?2 AND present = 1");
    SqlStatement row = database_.statement(sql.c_str(), numberOf(kind), name);
    return row.next() ? std::optional(definitionFrom(kind, row)) : std::nullopt;
}

std::optional<StoredDefinition> SqlSession::definitionById(DefinitionKind kind, std::int64_t id) const
{
    static const std::string sql = definitionColumns + std::string(" WHERE id = ?1 AND kind = ?2");
    SqlStatement row = database_.statement(sql.c_str(), id, numberOf(kind));
    return row.next() ? std::optional(definitionFrom(kind, row)) : std::nullopt;
}

std::optional<std::string> SqlSession::definitionVersion(DefinitionKind kind, std::int64_t id,
                                                         std::int64_t version) const
{
    SqlStatement row =
        database_.statement("SELECT v.document FROM definition_version v JOIN definition d ON d.id = v.definition_id"
                            " WHERE v.definition_id = ?1 AND v.version = ?2 AND d.kind = ?3",
                            id, version, numberOf(kind));
    return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

std::vector<DefinitionVersion> SqlSession::definitionHistory(DefinitionKind kind, std::int64_t id) const
{
    std::vector<DefinitionVersion> history;
    SqlStatement rows = database_.statement("SELECT v.version, v.time, v.who, v.document FROM definition_version v"
                                            " JOIN definition d ON d.id = v.definition_id"
                                            " WHERE v.definition_id = ?1 AND d.kind = ?2 ORDER BY v.version DESC",
                                            id, numberOf(kind));
    while (rows.next())
        history.push_back({rows.integer(0), rows.time(1), rows.text(2), rows.text(3)});
    return history;
}

StoredDefinition SqlSession::addDefinition(const StoredDefinition &definition, const std::string &who)
{
    const DefinitionKind kind = definition.kind;
    checkDefinitionName(kind, definition.name);
    if (this->definition(kind, definition.name))
        throwNameTaken(kind, definition.name);
    StoredDefinition added = definition;
    added.version = 1;
    added.created = added.changed = now();
    added.removed = false;
    if (kind == DefinitionKind::rule)
        collideOver("the order of rules");
    if (kind == DefinitionKind::customer)
        collideOver(customerTable);
    added.position =
        kind != DefinitionKind::rule
            ? 0
            : database_.integer("SELECT coalesce(max(position), 0) + 1 FROM definition WHERE kind = ?1 AND present = 1",
                                numberOf(kind));
    added.id = database_.insert(
        "INSERT INTO definition (kind, name, present, uid, position, version, document, secrets, state,"
        " created, changed) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        numberOf(kind), added.name, added.uid, added.position, added.version, added.documentJson, added.secretsJson,
        added.stateJson, added.created);
    addVersion(database_, added, who);
    return added;
}

StoredDefinition SqlSession::updateDefinition(const StoredDefinition &definition, const std::string &who)
{
    const DefinitionKind kind = definition.kind;
    checkDefinitionName(kind, definition.name);
    auto present = definitionById(kind, definition.id);
    if (!present || present->removed)
        throwNoDefinition(kind, definition.name);
    if (present->version != definition.version)
        throw StoreError(StoreError::Kind::conflict, std::string("the ") + toText(kind) + " \"" + present->name +
                                                         "\" was changed in the meantime: it has version " +
                                                         std::to_string(present->version) + ", not " +
                                                         std::to_string(definition.version) + "; read it again");
    if (const auto other = this->definition(kind, definition.name); other && other->id != definition.id)
        throwNameTaken(kind, definition.name);
    if (kind == DefinitionKind::customer)
        collideOver(customerTable);
    present->name = definition.name;
    present->documentJson = definition.documentJson;
    ++present->version;
    present->changed = now();
    database_.run("UPDATE definition SET name = ?2, document = ?3, version = ?4, changed = ?5 WHERE id = ?1",
                  present->id, present->name, present->documentJson, present->version, present->changed);
    addVersion(database_, *present, who);
    return *present;
}

void SqlSession::removeDefinition(DefinitionKind kind, const std::string &name)
{
    const auto found = definition(kind, name);
    if (!found)
        throwNoDefinition(kind, name);
    database_.run("UPDATE definition SET present = 0, position = 0, secrets = '', state = '', changed = ?2"
                  " WHERE id = ?1",
                  found->id, now());
    if (kind == DefinitionKind::rule)
        collideOver("the order of rules");
    if (kind == DefinitionKind::rule)
        database_.run("UPDATE definition SET position = position - 1 WHERE kind = ?1 AND present = 1 AND position > ?2",
                      numberOf(kind), found->position);
}

void SqlSession::setRuleOrder(const std::vector<std::string> &names)
{
    std::vector<std::string> wanted = names;
    std::vector<std::string> present;
    for (const StoredDefinition &each : definitions(DefinitionKind::rule))
        present.push_back(each.name);
    std::sort(wanted.begin(), wanted.end());
    std::sort(present.begin(), present.end());
    if (wanted != present)
        throw StoreError(StoreError::Kind::conflict,
                         "the new order must name each of the " + std::to_string(present.size()) +
                             " rules once; rules may have been added or removed in the meantime: read them again");
    collideOver("the order of rules");
    std::int64_t position = 0;
    for (const std::string &name : names)
        database_.run("UPDATE definition SET position = ?3 WHERE kind = ?1 AND name = ?2 AND present = 1",
                      numberOf(DefinitionKind::rule), name, ++position);
}

void SqlSession::setDefinitionState(DefinitionKind kind, std::int64_t id, const std::string &stateJson)
{
    if (database_.runCounted("UPDATE definition SET state = ?3 WHERE id = ?1 AND kind = ?2 AND present = 1", id,
                             numberOf(kind), stateJson) == 0)
        throwNoDefinition(kind, std::to_string(id));
}

void SqlSession::setDefinitionSecrets(DefinitionKind kind, std::int64_t id, const std::string &secretsJson)
{
    if (database_.runCounted("UPDATE definition SET secrets = ?3 WHERE id = ?1 AND kind = ?2 AND present = 1", id,
                             numberOf(kind), secretsJson) == 0)
        throwNoDefinition(kind, std::to_string(id));
}

} // namespace psa::store
