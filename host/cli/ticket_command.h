#pragma once

#include "host/cli/session.h"

#include <map>
#include <string>
#include <vector>

namespace psa::cli {

/// What `psa-host ticket create` was given.
struct TicketOptions
{
    std::map<std::string, std::string> values; ///< Of flags such as --title, by the request's names; blank = not given.
    std::vector<std::string> fields;           ///< "name=value" for what only this PSA has.
    std::string file; ///< A ticket request as JSON; "-" = standard input; flags take precedence.
    std::string key;  ///< The same key gives the same ticket: it is looked for before it is created.
    bool dryRun = false;
};

/// `psa-host ticket create`. Returns an ExitCode.
int createTicket(const config::HostConfig &config, const SessionOptions &options, const TicketOptions &ticket,
                 const Streams &streams);

/// `psa-host ticket show`, by the PSA's id or, if that is empty, by reference. Returns an ExitCode.
int showTicket(const config::HostConfig &config, const SessionOptions &options, const std::string &id,
               const std::string &reference, const Streams &streams);

} // namespace psa::cli
