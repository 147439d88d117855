#pragma once

#include <chrono>
#include <filesystem>

namespace psa::store {

/// [store] of the configuration file.
struct StoreConfig
{
    std::filesystem::path folder = "/var/lib/psa-host"; ///< folder, absolute: the state folder.
    std::chrono::days keepTickets{90};                  ///< keep_tickets_days: after their end.
    std::chrono::days keepAudit{365};                   ///< keep_audit_days.
};

} // namespace psa::store
