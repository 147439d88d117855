#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace psa::run {

/// Loads every plugin that the configuration names, one report a file; with a `name`, only the builds that it means,
/// and the others are not loaded. What plugins log goes to `log`, which should live as long as the process.
std::vector<plugin::LoadReport> loadPlugins(const config::HostConfig &config, std::ostream &log,
                                            const std::string &name = "");

} // namespace psa::run
