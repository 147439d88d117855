#pragma once

#include "host/cli/session.h"

#include <map>
#include <string>
#include <vector>

namespace psa::cli {

/// Options of `psa-host ticket create`.
struct TicketOptions
{
    /// From flags such as --title, keyed by the request's names; blank = not given.
    std::map<std::string, std::string> values;
    std::vector<std::string> fields; ///< "name=value" for fields that only this PSA has.
    std::string file;                ///< A ticket request as JSON; "-" = standard input; flags take precedence.
    std::string key;                 ///< The same key gives the same ticket: it is looked up before it is created.
    bool dryRun = false;
};

/// `psa-host ticket create`. Returns an ExitCode.
int createTicket(const config::HostConfig &config, const SessionOptions &options, const TicketOptions &ticket,
                 const Streams &streams);

/// `psa-host ticket show`, by the PSA's id or, if that is empty, by reference. Returns an ExitCode.
int showTicket(const config::HostConfig &config, const SessionOptions &options, const std::string &id,
               const std::string &reference, const Streams &streams);

} // namespace psa::cli
