#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace psa::secrets {

/// [secrets] of the configuration file.
struct SecretsConfig
{
    std::optional<std::filesystem::path> masterKeyFile; ///< master_key_file, absolute.
    std::vector<std::filesystem::path> oldKeyFiles;     ///< old_key_files, absolute.
};

} // namespace psa::secrets
