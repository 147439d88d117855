#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace psa::cli {

/// The one ready build that `name` means, as chooseBuild() says. nullptr after setting `exitCode` and saying on `log`
/// what there is instead.
std::shared_ptr<const plugin::LoadedPlugin> pickPlugin(const std::vector<plugin::LoadReport> &reports,
                                                       const std::string &name, std::ostream &log, int &exitCode);

/// loadPlugins() and pickPlugin() of what somebody has named on the command line: a file does not have to be in the
/// configuration, whose rules about files still apply.
std::shared_ptr<const plugin::LoadedPlugin> loadBuild(const config::HostConfig &config, const std::string &name,
                                                      std::ostream &log, int &exitCode);

/// One report, for people.
void printReport(const plugin::LoadReport &report, std::ostream &out);

} // namespace psa::cli
