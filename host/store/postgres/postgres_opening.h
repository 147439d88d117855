#pragma once

#include "host/store/postgres/postgres_connection.h"
#include "host/store/postgres_store.h"
#include "host/store/store_error.h"

#include <memory>
#include <string>

namespace psa::store {

class PostgresDatabase;

/// The parameters of libpq for this URI, with safe defaults. Throws StoreRefused, without the password, if the URI is invalid
/// or the password cannot be read.
PostgresConnection::Options postgresOptions(const PostgresStoreSettings &settings, const std::string &uri);

/// A connection to a server that keeps what it acknowledges.
struct CheckedServer
{
    std::unique_ptr<PostgresConnection> connection;
    std::string synchronousCommit; ///< To ask for in each transaction.
};

/// Connects to the server at this URI and checks it. Throws PostgresError if it cannot be reached, and StoreRefused.
CheckedServer connectTo(const PostgresStoreSettings &settings, const std::string &uri);

/// Why the store cannot be opened, and what to check. `uri`: where an operator finds the URI.
StoreRefused cannotOpen(const PostgresError &error, const std::string &uri);

/// In a transaction, until whose end a host that starts waits. Throws StoreRefused if a host uses the store.
void refuseHosts(PostgresDatabase &database);

/// A name of the database as statements have it: "name".
std::string quotedName(const std::string &name);
/// A text as statements have it: 'text'. For servers with standard_conforming_strings, as is the default.
std::string quotedText(const std::string &text);

/// The first value of the only row; "" = there is none, or it is NULL.
std::string valueOf(PostgresConnection &connection, const std::string &sql);

} // namespace psa::store
