#pragma once

#include "host/config/host_config.h"

#include <string>
#include <vector>

namespace psa::config {

/// A setting that differs between two configurations.
struct ConfigChange
{
    std::string setting; ///< "[log] level".
    std::string before;  ///< For people; free of secrets, so both may look the same.
    std::string after;
    bool needsRestart = false; ///< It cannot be changed while the host runs.
};

/// What differs between the configuration of a running host and the one that is wanted, in the order of the file.
std::vector<ConfigChange> changesBetween(const HostConfig &running, const HostConfig &wanted);

/// `wanted`, but everything that needs a restart as in `running`.
HostConfig withoutRestart(const HostConfig &running, const HostConfig &wanted);

} // namespace psa::config
