#pragma once

#include "host/store/postgres/postgres_connection.h"
#include "host/store/postgres_store.h"

namespace psa::store {

/// The parameters of libpq for this URI, with safe defaults. Throws StoreRefused, without the password, if the URI is invalid
/// or the password cannot be read.
PostgresConnection::Options postgresOptions(const PostgresStoreSettings &settings, const std::string &uri);

/// Whether the server keeps what it acknowledges. Returns the synchronous_commit to ask for. Throws StoreRefused.
std::string checkServer(PostgresConnection &connection, const PostgresStoreSettings &settings);

/// A name of the database as statements have it: "name".
std::string quotedName(const std::string &name);

/// Creates the schema, or migrates it. Returns whether it was created. Throws StoreRefused if it is too new.
bool migratePostgres(PostgresConnection &connection, const std::string &schema);

/// The statements that make each schema version from the previous one. "@" stands for the schema, quoted.
const std::vector<std::string> &postgresSchemaVersions();

} // namespace psa::store
