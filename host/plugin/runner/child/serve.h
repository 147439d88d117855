#pragma once

#include "host/plugin/runner/protocol.h"

#include <cstdint>
#include <functional>
#include <string>

namespace psa::plugin::runner::child {

/// The descriptors that serve() uses. They stay the caller's.
struct ServeFiles
{
    int channel = channelFile;
    int plugin = pluginFile;
    int page = pageFile;
};

/// What confines the process, for "hello".
struct Report
{
    std::uint64_t inEffect = 0; ///< Bits of Confinement.
    std::string missing;        ///< For each part that is not in effect one line with the reason, ending in \n.
};

/// What differs between psa-plugin-runner and serve() on a thread of another program. Functions may be empty.
struct Hooks
{
    /// Called first, before a thread is started.
    std::function<Report(SharedPage &)> beforeLoading;
    /// Called on the thread that loaded the library, right afterwards. If it throws, the library is refused with what().
    std::function<void()> afterLoading;
    /// Called on the thread of serve() before it starts the threads of instances.
    std::function<void()> beforeInstances;
    /// Whether the process exits when the socket is closed, without running any code of the plugin.
    bool ownProcess = true;
};

/// Runs the runner's side of the protocol (see protocol.h): loads one plugin and calls it for the host, until the socket is
/// closed. Without Hooks::ownProcess it returns then, but does not wait for threads in which the plugin hangs; these keep
/// alive what they use. Throws std::system_error if it cannot start.
void serve(const ServeFiles &files, const Hooks &hooks);

} // namespace psa::plugin::runner::child
