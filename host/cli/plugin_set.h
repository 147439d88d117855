#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace psa::cli {

/// The single ready build that `name` refers to, see chooseBuild(). nullptr after setting `exitCode` and logging to
/// `log` which builds exist instead.
std::shared_ptr<const plugin::LoadedPlugin> pickPlugin(const std::vector<plugin::LoadReport> &reports,
                                                       const std::string &name, std::ostream &log, int &exitCode);

/// loadPlugins() and pickPlugin() for a name given on the command line: a file does not have to be in the
/// configuration, but its rules about files still apply.
std::shared_ptr<const plugin::LoadedPlugin> loadBuild(const config::HostConfig &config, const std::string &name,
                                                      std::ostream &log, int &exitCode);

/// One report, for people.
void printReport(const plugin::LoadReport &report, std::ostream &out);

} // namespace psa::cli
