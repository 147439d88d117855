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
/// exit(). A kill from outside is not the plugin's fault and is not recorded. Once per process; replaces the handlers
/// of the fatal signals. Throws std::system_error.
void recordCrashes(const std::filesystem::path &file);

/// Returns what an earlier process recorded in `file`, and removes the file. nullopt if it does not exist or cannot be
/// read.
std::optional<PluginCrash> readAndRemoveCrash(const std::filesystem::path &file);

/// Marks this thread as being inside a plugin for as long as it exists. Both texts must outlive it.
class InsidePlugin
{
public:
    InsidePlugin(const char *plugin, const char *operation);
    ~InsidePlugin();
    InsidePlugin(const InsidePlugin &) = delete;
    InsidePlugin &operator=(const InsidePlugin &) = delete;
};

} // namespace psa::plugin
