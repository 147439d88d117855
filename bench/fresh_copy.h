#pragma once

#include <filesystem>

namespace psa::bench {

/// A copy of `plugin` under a new name, in a folder that passes the loader's checks of owner and mode. All copies are
/// removed at exit. Throws std::filesystem::filesystem_error.
std::filesystem::path freshCopy(const std::filesystem::path &plugin);

} // namespace psa::bench
