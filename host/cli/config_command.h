#pragma once

#include "host/config/host_config.h"

#include <iosfwd>
#include <string>

namespace psa::host {

/// `psa-host config check`: says what a configuration file that was read without a mistake holds. Returns an ExitCode.
int checkConfig(const std::string &file, const HostConfig &config, std::ostream &out);

/// What to say where no file was named and the default one does not exist, with the next step.
std::string noConfigText(const std::string &file);

} // namespace psa::host
