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

    /// Looks at the files. True once after each change, as soon as two looks in a row have found the same state: a file that
    /// is still being copied changes until the next look.
    bool look();
    /// Watches the files that are configured now; what they are is known. Call it before they are loaded.
    void follow(const config::HostConfig &config);
    /// Takes the present state as known. Call it when the plugins are loaded for another reason.
    void accept();

private:
    /// Device, inode, size and time of change.
    using Mark = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::int64_t>;
    using Marks = std::map<std::filesystem::path, Mark>;

    Marks marks() const; ///< Requires the lock.

    std::mutex mutex_; ///< Guards what follows.
    std::vector<std::filesystem::path> folders_;
    std::vector<std::filesystem::path> files_;
    Marks known_; ///< The state that was reported last, or found at the start.
    Marks seen_;  ///< At the last look.
};

} // namespace psa::run
