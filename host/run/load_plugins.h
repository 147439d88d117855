#pragma once

#include "host/config/host_config.h"
#include "host/observe/log.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace psa::run {

/// Which parts of the confinement this system lacks, as one sentence; "" = none. Throws ConfigError if the configuration
/// requires it, and std::runtime_error if plugins cannot run at all.
std::string confinementTrouble(const config::HostConfig &config);

/// Loads all configured plugins, one report per file; with a `name`, only the builds that match it. What plugins log
/// goes to `log`. Throws like confinementTrouble().
std::vector<plugin::LoadReport> loadPlugins(const config::HostConfig &config, const std::shared_ptr<observe::Log> &log,
                                            const std::string &name = "");
/// The same with a log as configured that writes to `log`, which should live as long as the process.
std::vector<plugin::LoadReport> loadPlugins(const config::HostConfig &config, std::ostream &log,
                                            const std::string &name = "");

} // namespace psa::run
