#include "host/run/plugin_watch.h"

#include <sys/stat.h>

namespace psa::run {

PluginWatch::PluginWatch(const config::HostConfig &config)
    : folders_(config.pluginFolders), files_(config.pluginFiles), known_(marks()), seen_(known_)
{
}

bool PluginWatch::look()
{
    const std::lock_guard lock(mutex_);
    Marks now = marks();
    const bool isStable = now == seen_;
    seen_ = std::move(now);
    if (!isStable || seen_ == known_)
        return false;
    known_ = seen_;
    return true;
}

void PluginWatch::follow(const config::HostConfig &config)
{
    const std::lock_guard lock(mutex_);
    folders_ = config.pluginFolders;
    files_ = config.pluginFiles;
    known_ = seen_ = marks();
}

void PluginWatch::accept()
{
    const std::lock_guard lock(mutex_);
    known_ = seen_ = marks();
}

/// A file that cannot be read has no mark, so it counts as changed when it is back.
PluginWatch::Marks PluginWatch::marks() const
{
    Marks all;
    const auto add = [&](const std::filesystem::path &file) {
        struct stat status = {};
        if (stat(file.c_str(), &status) == 0)
            all[file] = {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                         std::int64_t{1'000'000'000} * status.st_ctim.tv_sec + status.st_ctim.tv_nsec};
    };
    for (const auto &folder : folders_)
    {
        std::error_code error; // a folder that is missing has no files
        for (auto entry = std::filesystem::directory_iterator(folder, error);
             !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
            if (entry->path().extension() == ".so")
                add(entry->path());
    }
    for (const auto &file : files_)
        add(file);
    return all;
}

} // namespace psa::run
