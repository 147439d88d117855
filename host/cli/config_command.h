#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <string>

namespace psa::cli {

/// `psa-host config check`: shows the settings of a valid configuration file. Returns an ExitCode.
int checkConfig(const std::string &file, const config::HostConfig &config, std::ostream &out);

/// The message if no file was given and the default one does not exist, with the next step.
std::string noConfigText(const std::string &file);

} // namespace psa::cli
