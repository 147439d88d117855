#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <string>

namespace psa::cli {

/// `psa-host plugins list`: one entry per configured file. `log` should live as long as the process, since a plugin may
/// log at any time. Returns an ExitCode.
int listPlugins(const config::HostConfig &config, bool json, std::ostream &out, std::ostream &log);

/// `psa-host plugins describe NAME`: NAME is an id, id@version or a file. Returns an ExitCode.
int describePlugin(const config::HostConfig &config, const std::string &name, bool json, std::ostream &out,
                   std::ostream &log);

} // namespace psa::cli
