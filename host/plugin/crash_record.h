#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace psa::host {

/// A call into a plugin in which the process ended.
struct PluginCrash
{
    std::string plugin;    ///< Its build, "id@version".
    std::string operation; ///< "create_ticket".
    std::string how;       ///< "SIGSEGV", "exit".
};

/// From now on `file` says so if the process ends inside a plugin: by a fatal signal of its own, or since the plugin calls
/// exit(). What kills the process from outside is not the plugin's doing and is not written. Once in a process; replaces
/// the handlers of the fatal signals. Throws std::system_error.
void recordCrashes(const std::filesystem::path &file);

/// What an earlier process left in `file`; removes it. Nothing if there is none, or nothing that can be read.
std::optional<PluginCrash> takeCrash(const std::filesystem::path &file);

/// Says, for as long as it lives, that this thread is inside a plugin. Both texts outlive it.
class InsidePlugin
{
public:
    InsidePlugin(const char *plugin, const char *operation);
    ~InsidePlugin();
    InsidePlugin(const InsidePlugin &) = delete;
    InsidePlugin &operator=(const InsidePlugin &) = delete;
};

} // namespace psa::host
