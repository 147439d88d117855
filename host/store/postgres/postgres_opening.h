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

/// The first value of the only row; "" = there is none, or it is NULL.
std::string valueOf(PostgresConnection &connection, const std::string &sql);

} // namespace psa::store
