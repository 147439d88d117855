#pragma once

#include "host/plugin/plugin_loader.h"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::host {

/// psa-host.toml. README.md shows one; every key is optional.
struct HostConfig
{
    std::vector<std::filesystem::path> pluginFolders; ///< [plugins] folders, absolute.
    std::vector<std::filesystem::path> pluginFiles;   ///< [plugins] files, absolute.
    LoaderPolicy loader;                              ///< [plugins] trusted_paths, start_deadline_ms, [plugins.pins].
};

/// The file is not as it should be; what() has one line for each mistake: file, line, column, what to do.
class ConfigError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Reads and checks `file`. Throws ConfigError.
HostConfig readConfig(const std::filesystem::path &file);

} // namespace psa::host
