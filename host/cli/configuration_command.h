#pragma once

#include "host/cli/session.h"
#include "host/config/host_config.h"

#include <string>

namespace psa::cli {

/// Options of `psa-host apply`.
struct ApplyOptions
{
    std::string file; ///< See DocumentFile.
    bool dryRun = false;
    bool prune = false;
    bool json = false;
};

/// `psa-host apply`: makes what is stored equal to a file with sources, rules, windows, customers and connections. Secrets
/// are references, `{file = "/path"}` or `{env = "NAME"}`, which are read here. Returns an ExitCode.
int applyConfiguration(const config::HostConfig &config, const ApplyOptions &options, const Streams &streams);

/// `psa-host export`: prints such a file, without secrets. `format`: "toml" or "json". Returns an ExitCode.
int exportConfiguration(const config::HostConfig &config, const std::string &format, const Streams &streams);

} // namespace psa::cli
