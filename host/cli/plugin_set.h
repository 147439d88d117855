#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace psa::host {

/// Loads every plugin that the configuration names, one report a file. What plugins log goes to `log`, which should live
/// as long as the process.
std::vector<LoadReport> loadPlugins(const HostConfig &config, std::ostream &log);

/// Does `name` (an id, id@version or a file) mean this one?
bool isNamed(const LoadReport &report, const std::string &name);

/// The ready build that `name` means, of several the one with the highest version; nullptr after saying on `log` what
/// there is instead.
std::shared_ptr<const LoadedPlugin> pickPlugin(const std::vector<LoadReport> &reports, const std::string &name,
                                               std::ostream &log);

/// One report, for people.
void printReport(const LoadReport &report, std::ostream &out);

} // namespace psa::host
