#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace psa::store {

/// [store] of the configuration file.
struct StoreConfig
{
    std::filesystem::path folder = "/var/lib/psa-host"; ///< folder: the state folder, an absolute path.
    /// postgres: libpq's URI of the database that several hosts share, without a password; "" = SQLite in the state folder.
    std::string postgres;
    std::optional<std::filesystem::path>
        postgresPasswordFile; ///< postgres_password_file: its first line is the password.
    /// postgres_listen: a URI like `postgres` that reaches the database directly, for LISTEN, if `postgres` leads to a
    /// pooler; "" = the same.
    std::string postgresListen;
    /// postgres_synchronous_commit: what a commit waits for, as in PostgreSQL; "" = "on", or more if the server asks for more.
    std::string postgresSynchronousCommit;
    std::chrono::days keepTickets{90}; ///< keep_tickets_days: counted from the end of a ticket.
    std::chrono::days keepAudit{365};  ///< keep_audit_days.
    std::chrono::days keepEvents{90};  ///< keep_events_days.
    std::chrono::days keepBodies{7};   ///< keep_bodies_days: of what sources deliver.
    std::int64_t maxBodyBytes = std::int64_t{1024} * 1024 * 1024; ///< max_bodies_mib, in MiB there: of all of them.

    bool isShared() const { return !postgres.empty(); }
};

} // namespace psa::store
