#pragma once

#include "host/os/file_descriptor.h"
#include "host/plugin/call_context.h"
#include "host/plugin/form.h"
#include "host/plugin/negotiation.h"
#include "host/plugin/runner/runner.h"
#include "host/plugin/verb.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace psa::plugin {

/// A plugin whose file, table and descriptor were checked. Immutable. It does not own a process; start() creates one.
class LoadedPlugin
{
public:
    std::string id;
    std::string version;
    std::string path;
    std::string sha256;
    PluginAbi abi{};
    std::string build() const { return id + "@" + version; }
    std::set<std::string> extensions; ///< Ids of the known extensions that it offers completely.
    std::string descriptorJson;       ///< As returned by describe.
    Poco::Dynamic::Var descriptor;    ///< Parsed; must not be changed.
    DescriptorForms forms;
    /// Parsed result of describe of psa.update-ticket/1 (schemas/update-description.schema.json), which must not be changed;
    /// null = it does not offer that extension.
    Poco::JSON::Object::Ptr updates;
    std::size_t maxInstances = 1; ///< Maximum number of concurrent instances per connection; at least 1.

    os::FileDescriptor copy; ///< The sealed copy that all its processes load.
    std::shared_ptr<const runner::Launcher> launcher;
    HostAbi hostAbi{};                 ///< The host's version that it sees.
    std::vector<std::string> services; ///< Ids of the services that get_extension returns to it.

    /// Whether it offers the extension of the verb, if that has one, with that function.
    bool offers(Verb verb) const;
    /// Starts a process without waiting for it. `log`: for log lines outside calls; may be null. Throws std::system_error.
    std::shared_ptr<runner::Runner> start(PluginLog log) const;
    /// Loads the library in `process` and calls psa_plugin_entry, by `until`. Throws runner::RunnerEnded, also if the plugin
    /// now refuses the host that it accepted when it was checked.
    void enter(runner::Runner &process, clock::RunningClock::time_point until) const;
};

} // namespace psa::plugin
