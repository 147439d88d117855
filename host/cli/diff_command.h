#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <string>

namespace psa::cli {

/// `psa-host plugins diff BEFORE AFTER`: what changes for users of BEFORE; each is a file, an id@version or an id.
/// Returns an ExitCode: exitDifferent if a change is breaking.
int diffPlugins(const config::HostConfig &config, const std::string &before, const std::string &after, bool json,
                std::ostream &out, std::ostream &log);

} // namespace psa::cli
