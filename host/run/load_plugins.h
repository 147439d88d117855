#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace psa::run {

/// Loads all configured plugins, one report per file; with a `name`, only the builds that match it. What plugins log
/// goes to `log`, which should live as long as the process.
std::vector<plugin::LoadReport> loadPlugins(const config::HostConfig &config, std::ostream &log,
                                            const std::string &name = "");

} // namespace psa::run
