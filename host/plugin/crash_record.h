#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace psa::plugin {

/// A call into a plugin in which the process ended.
struct PluginCrash
{
    std::string plugin;    ///< Its build, "id@version".
    std::string operation; ///< "create_ticket".
    std::string how;       ///< "SIGSEGV", "exit".
};

/// From now on `file` records it if the process ends inside a plugin: by a fatal signal, or because the plugin calls
/// exit(). What kills the process from outside is not the plugin's doing and is not written. Once in a process;
/// replaces the handlers of the fatal signals. Throws std::system_error.
void recordCrashes(const std::filesystem::path &file);

/// What an earlier process left in `file`; removes it. nullopt if there is none, or if it cannot be read.
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

} // namespace psa::plugin
