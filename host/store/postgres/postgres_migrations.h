#pragma once

#include "host/store/postgres/postgres_connection.h"
#include "host/store/postgres_store.h"

#include <string>
#include <vector>

namespace psa::store {

/// An index that hosts do not wait for: it is created while they write, and a store works without it.
struct PostgresIndex
{
    std::string name;
    bool isUnique = false;
    std::string on; ///< What follows ON in CREATE INDEX.
};

/// What makes a schema version from the previous one. "@" stands for the schema, quoted.
///
/// A host of the release before runs on while it is applied, and is started again on it: a version adds tables, columns with
/// defaults and indexes. What is not needed any more is removed by a version of the next release.
struct PostgresSchemaVersion
{
    /// One transaction. Statements that need a lock on a table that hosts write come last.
    std::string sql;
    std::vector<PostgresIndex> indexes = {};
};

const std::vector<PostgresSchemaVersion> &postgresSchemaVersions();

/// The schema version of the database; 0 = there is no store. Throws StoreRefused if it is newer than the next one.
int postgresSchemaVersion(PostgresConnection &connection, const std::string &schema,
                          const std::vector<PostgresSchemaVersion> &versions = postgresSchemaVersions());

/// Creates the schema, or brings it up to date, while other hosts may use it or do the same. No host waits for it for longer
/// than a moment: what it cannot lock at once it tries again. Returns whether it was created. Throws StoreRefused if it is
/// too new, or if a transaction of somebody else is in the way for the time of settings.deadline.
bool migratePostgres(PostgresConnection &connection, const PostgresStoreSettings &settings,
                     const std::vector<PostgresSchemaVersion> &versions = postgresSchemaVersions());

} // namespace psa::store
