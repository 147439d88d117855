#pragma once

#include "host/cli/session.h"

#include <string>
#include <vector>

namespace psa::cli {

/// `psa-host connection test FILE`. Returns an ExitCode.
int testConnection(const config::HostConfig &config, const SessionOptions &options, const Streams &streams);

/// Options of `psa-host connection choices`.
struct ChoicesOptions
{
    std::string list;                   ///< Empty = show which lists exist.
    std::string query;                  ///< Text that labels must contain.
    std::vector<std::string> dependsOn; ///< "name=value".
};

/// `psa-host connection choices FILE [LIST]`: the PSA's values for a field. Returns an ExitCode.
int showChoices(const config::HostConfig &config, const SessionOptions &options, const ChoicesOptions &choices,
                const Streams &streams);

} // namespace psa::cli
