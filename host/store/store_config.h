#pragma once

#include <chrono>
#include <filesystem>

namespace psa::store {

/// [store] of the configuration file.
struct StoreConfig
{
    std::filesystem::path folder = "/var/lib/psa-host"; ///< folder: the state folder, an absolute path.
    std::chrono::days keepTickets{90};                  ///< keep_tickets_days: counted from the end of a ticket.
    std::chrono::days keepAudit{365};                   ///< keep_audit_days.
};

} // namespace psa::store
