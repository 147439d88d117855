#pragma once

#include "host/plugin/runner/protocol.h"

#include <cstdint>
#include <functional>
#include <string>

namespace psa::plugin::runner::child {

/// The descriptors of serve(): the socket, the plugin and the shared page. They stay the caller's.
struct ServeFiles
{
    int channel = channelFile;
    int plugin = pluginFile;
    int page = pageFile;
};

/// What confines the process; see "hello".
struct Report
{
    std::uint64_t inEffect = 0; ///< Bits of Confinement.
    std::string missing;        ///< One line for each part that is not in effect, with the reason.
};

/// Parts of serve() that differ between a process of its own and a thread of another program. Functions may be empty.
struct Hooks
{
    /// Called first, before there is a second thread.
    std::function<Report(SharedPage &)> beforeLoading;
    /// Called on the thread that mapped the library, right afterwards. What it throws is the refusal of the library.
    std::function<void()> afterLoading;
    /// Called on the thread of serve() before it starts the threads of instances.
    std::function<void()> beforeInstances;
    /// Whether the end of the socket ends the process, without running any code of the plugin.
    bool ownProcess = true;
};

/// Loads one plugin and calls it for the host at the other end of the socket (see protocol.h), until the socket ends. In
/// another program's process it returns without waiting for threads in which the plugin hangs; these keep what they use.
/// Throws std::system_error if it cannot start.
void serve(const ServeFiles &files, const Hooks &hooks);

} // namespace psa::plugin::runner::child
