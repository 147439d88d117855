#pragma once

#include "host/cli/session.h"

#include <string>
#include <vector>

namespace psa::cli {

/// `psa-host connection test FILE`. Returns an ExitCode.
int testConnection(const config::HostConfig &config, const SessionOptions &options, const Streams &streams);

/// What `psa-host connection choices` asks for.
struct ChoicesOptions
{
    std::string list;                   ///< Empty = say which lists there are.
    std::string query;                  ///< Text that labels must contain.
    std::vector<std::string> dependsOn; ///< "name=value".
};

/// `psa-host connection choices FILE [LIST]`: the values that the PSA has for a field. Returns an ExitCode.
int showChoices(const config::HostConfig &config, const SessionOptions &options, const ChoicesOptions &choices,
                const Streams &streams);

} // namespace psa::cli
