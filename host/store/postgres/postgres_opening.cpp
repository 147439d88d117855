#include "host/store/postgres/postgres_opening.h"

#include "host/secrets/secret_source.h"
#include "host/store/postgres/postgres_database.h"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

namespace psa::store {
namespace {

constexpr int oldestServer = 130000;

/// Sockets and addresses of this machine.
bool isLocal(const std::string &hosts)
{
    std::istringstream list(hosts);
    for (std::string host; std::getline(list, host, ',');)
        if (!host.empty() && host.front() != '/' && host.front() != '@' && host != "localhost" && host != "::1" &&
            !host.starts_with("127."))
            return false;
    return true;
}

std::map<std::string, std::string> parsed(const std::string &uri)
{
    char *problem = nullptr;
    PQconninfoOption *const found = PQconninfoParse(uri.c_str(), &problem);
    if (found == nullptr)
    {
        PQfreemem(problem); // it may repeat the password
        throw StoreRefused(
            "the URI of the database under [store] is not one that PostgreSQL understands; it looks like "
            "postgresql://USER@HOST/DATABASE");
    }
    std::map<std::string, std::string> options;
    for (const PQconninfoOption *each = found; each->keyword != nullptr; ++each)
        if (each->val != nullptr)
            options[each->keyword] = each->val;
    PQconninfoFree(found);
    return options;
}

std::string quoted(const std::string &text, char quote)
{
    std::string in(1, quote);
    for (const char each : text)
        in += each == quote ? std::string(2, quote) : std::string(1, each);
    return in + quote;
}

void refuse(const std::string &what, const std::string &next)
{
    throw StoreRefused("the database cannot keep tickets safely: " + what + "; " + next);
}

/// Returns the synchronous_commit to ask for.
std::string checkServer(PostgresConnection &connection, const PostgresStoreSettings &settings)
{
    if (connection.serverVersion() < oldestServer)
        refuse("its version is " + connection.parameter("server_version"), "psa-host needs PostgreSQL 13 or newer");
    if (valueOf(connection, "SELECT pg_is_in_recovery()") != "f")
        refuse("it is a standby", "name the primary, or all servers, in postgres under [store]");
    if (connection.parameter("server_encoding") != "UTF8")
        refuse("its encoding is " + connection.parameter("server_encoding"),
               "create the database with: CREATE DATABASE psa ENCODING 'UTF8' TEMPLATE template0");
    for (const std::string name : {"fsync", "full_page_writes"})
        if (valueOf(connection, "SHOW " + name) != "on")
            refuse(name + " is off", "set " + name + " = on in postgresql.conf");
    const std::string asked = valueOf(connection, "SHOW synchronous_commit");
    if (!settings.synchronousCommit.empty())
        return settings.synchronousCommit;
    if (asked != "on" && asked != "remote_apply")
        refuse("synchronous_commit is " + asked + ", so that a crash can lose what was acknowledged",
               "set it to on for this user and database, or name it in the configuration");
    return asked;
}

} // namespace

PostgresConnection::Options postgresOptions(const PostgresStoreSettings &settings, const std::string &uri)
{
    std::map<std::string, std::string> options = parsed(uri);
    options.try_emplace("target_session_attrs", "read-write");
    options.try_emplace("connect_timeout", "5");
    options.try_emplace("fallback_application_name", "psa-host");
    options.try_emplace("tcp_user_timeout", "30000");
    options.try_emplace("keepalives_idle", "30");
    const auto host = options.contains("host") ? options["host"] : "";
    if (!isLocal(host) || (host.empty() && options.contains("hostaddr") && !isLocal(options["hostaddr"])))
        options.try_emplace("sslmode", "verify-full");
    // verify-full needs certificates: those of the system, unless others are named.
    if (options["sslmode"].starts_with("verify"))
        options.try_emplace("sslrootcert", "/etc/ssl/certs/ca-certificates.crt");
    if (options["sslmode"].empty())
        options.erase("sslmode");
    if (settings.passwordFile)
    {
        try
        {
            options["password"] = secrets::secretFromFile(settings.passwordFile->string());
        }
        catch (const secrets::SecretUnavailable &error)
        {
            throw StoreRefused(std::string("the password of the database cannot be read: ") + error.what());
        }
    }
    return {options.begin(), options.end()};
}

CheckedServer connectTo(const PostgresStoreSettings &settings, const std::string &uri)
{
    auto connection = std::make_unique<PostgresConnection>(postgresOptions(settings, uri), settings.deadline);
    std::string synchronousCommit = checkServer(*connection, settings);
    return {std::move(connection), std::move(synchronousCommit)};
}

std::string valueOf(PostgresConnection &connection, const std::string &sql)
{
    const PostgresResult rows = connection.query(sql.c_str());
    return PQntuples(rows.get()) == 1 ? PQgetvalue(rows.get(), 0, 0) : "";
}

StoreRefused cannotOpen(const PostgresError &error, const std::string &uri)
{
    const bool isDenied = error.state == "42501";
    return StoreRefused("the store in PostgreSQL cannot be opened: " + std::string(error.what()) +
                        (isDenied
                             ? "; the role has to own the database and, if it exists, its schema: see ALTER DATABASE"
                             : "; check " + uri +
                                   ", postgres_password_file under [store] in the configuration file, and whether the"
                                   " server runs and accepts writes"));
}

void refuseHosts(PostgresDatabase &database)
{
    database.run("LOCK TABLE host IN SHARE MODE");
    SqlStatement host = database.statement(
        "SELECT name FROM host WHERE seen > extract(epoch FROM clock_timestamp()) * 1000 - 30000 LIMIT 1");
    if (host.next())
        throw StoreRefused(
            "the host \"" + host.text(0) +
            "\" uses the database; stop psa-host on all machines first. If it was killed, wait half a minute");
}

std::string quotedName(const std::string &name)
{
    return quoted(name, '"');
}

std::string quotedText(const std::string &text)
{
    return quoted(text, '\'');
}

} // namespace psa::store
