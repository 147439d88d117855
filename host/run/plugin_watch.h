#pragma once

#include "host/config/host_config.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <tuple>

namespace psa::run {

/// Notices that plugin files were added, removed or replaced. Create it before the plugins are loaded. Thread-safe.
class PluginWatch
{
public:
    explicit PluginWatch(const config::HostConfig &config);

    /// True once after each change, when two looks in a row have found the same: a file that is still being copied has
    /// changed by the next look.
    bool look();
    /// The plugins are being loaded now: what there is counts as told.
    void accept();

private:
    /// Device, inode, size and time of change.
    using Mark = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::int64_t>;
    using Marks = std::map<std::filesystem::path, Mark>;

    Marks marks() const;

    std::mutex mutex_; ///< Guards known_ and seen_.
    std::vector<std::filesystem::path> folders_;
    std::vector<std::filesystem::path> files_;
    Marks known_; ///< What was last told, or found at the start.
    Marks seen_;  ///< At the last look.
};

} // namespace psa::run
