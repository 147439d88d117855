#pragma once

#include "host/cli/session.h"

#include <string>

namespace psa::cli {

/// Options of `psa-host audit`.
struct AuditOptions
{
    std::string connection; ///< "" = all.
    std::string ticket;     ///< The ticket's number; "" = all.
    std::string psaTicket;  ///< The PSA's number or id of the ticket; "" = all.
    int limit = 50;
};

// `psa-host audit`, `backup`, `store restored`, `keys list|rotate` and `plugins release`. Each returns an ExitCode.
int showAudit(const config::HostConfig &config, const AuditOptions &wanted, bool json, const Streams &streams);
int backUp(const config::HostConfig &config, const std::string &file, const Streams &streams);
/// Only while no psa-host is running. Throws StoreRefused.
int declareRestored(const config::HostConfig &config, const Streams &streams);
int listKeys(const config::HostConfig &config, bool json, const Streams &streams);
int rotateKeys(const config::HostConfig &config, const Streams &streams);
int releasePlugin(const config::HostConfig &config, const std::string &plugin, const Streams &streams);

} // namespace psa::cli
