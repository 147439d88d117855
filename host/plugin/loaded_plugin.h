#pragma once

#include "host/os/file_descriptor.h"
#include "host/plugin/call_context.h"
#include "host/plugin/form.h"
#include "host/plugin/negotiation.h"
#include "host/plugin/runner/runner.h"
#include "host/plugin/verb.h"

#include <Poco/Dynamic/Var.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace psa::plugin {

/// A plugin whose file, table and descriptor were checked. Immutable. It has no process of its own: start() makes one.
class LoadedPlugin
{
public:
    std::string id;
    std::string version;
    std::string path;
    std::string sha256;
    PluginAbi abi{};
    std::string build() const { return id + "@" + version; }
    std::set<std::string> extensions; ///< Ids of the extensions that it offers and the host knows, each whole.
    std::string descriptorJson;       ///< As returned by describe.
    Poco::Dynamic::Var descriptor;    ///< Parsed; must not be changed.
    DescriptorForms forms;
    std::size_t maxInstances = 1; ///< Maximum number of concurrent instances per connection; at least 1.

    os::FileDescriptor copy; ///< The checked bytes, from which every process of it loads.
    std::shared_ptr<const runner::Launcher> launcher;
    HostAbi hostAbi{};                 ///< Of the host that it sees.
    std::vector<std::string> services; ///< Ids of the services that it gets.

    /// True if it has the verb.
    bool offers(Verb verb) const
    {
        const char *const extension = rowOf(verb).extension;
        return extension == nullptr || extensions.contains(extension);
    }
    /// Starts a process with it and does not wait for it. `log`: for lines outside calls. Throws std::system_error.
    std::shared_ptr<runner::Runner> start(PluginLog log) const;
    /// Loads the library there and enters it, as was done once to check it. Throws runner::RunnerEnded, also if the
    /// plugin now refuses what it accepted before.
    void enter(runner::Runner &process, clock::RunningClock::time_point until) const;
};

} // namespace psa::plugin
