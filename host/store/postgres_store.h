#pragma once

#include "host/secrets/crypto.h"
#include "host/store/store.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace psa::store {

struct PostgresStoreSettings
{
    /// libpq's URI of the database. Without sslmode it is verify-full, unless all hosts are sockets or loopback addresses.
    std::string uri;
    std::optional<std::filesystem::path> passwordFile = std::nullopt; ///< A secret file, see secrets::secretFromFile().
    std::string listenUri = "";                                       ///< Like `uri`, for LISTEN; "" = `uri`.
    std::string schema = "psa"; ///< Of the database; created if it does not exist.
    /// What each transaction asks for as synchronous_commit. "" = `on`, or more if the server asks for more; a server that
    /// asks for less is refused then, so that an operator names it.
    std::string synchronousCommit = "";
    /// The database was restored from a backup: what has not ended is looked for before it is sent. Only while no other host
    /// runs.
    bool restored = false;
    std::shared_ptr<const clock::Clock> clock = nullptr; ///< For tests; nullptr = the clock of the database.
    secrets::RandomSource random = secrets::systemRandom;
    std::function<void(const std::string &)> log = [](const std::string &) {}; ///< One line each; thread-safe.
    std::size_t queueLimit = 16384; ///< Maximum number of waiting callers; further ones get StoreError::Kind::busy.
    std::size_t groupLimit = 256;   ///< Maximum number of writes that become durable together.
    std::chrono::milliseconds deadline{30000}; ///< Of each answer of the server.
    std::chrono::milliseconds patience{5000};  ///< Callers wait so long for a lost connection to come back.
    std::chrono::milliseconds pollEvery{500};  ///< How often changes of other hosts are looked for.
};

/// Opens the store in a PostgreSQL database, which other hosts may have open, too; creates it if it does not exist. Throws
/// StoreRefused if it cannot be reached, or is not as required: version 13 or newer, UTF-8, not a standby, with fsync,
/// full_page_writes and a synchronous_commit that acknowledges nothing that a crash could undo.
std::unique_ptr<Store> openPostgresStore(const PostgresStoreSettings &settings);

} // namespace psa::store
