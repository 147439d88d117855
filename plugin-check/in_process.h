#pragma once

#include "host/plugin/runner/child/call.h"
#include "host/plugin/runner/child/plugin.h"
#include "host/plugin/runner/runner.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

// Both sides of the protocol between psa-host and psa-plugin-runner, in the process of a check.
namespace psa::check {

/// Runs the side of psa-plugin-runner on threads of this process, with the library of `plugin` (see libraryDescriptor()).
std::shared_ptr<const plugin::runner::Launcher> inProcessLauncher(std::filesystem::path plugin);

/// Calls functions of a plugin directly, with the host's and the runner's handling of a call around them, so that a check can
/// pass structs of any shape. Not thread-safe.
class DirectCalls
{
public:
    /// Calls the plugin with the given call, on a confined thread.
    using Body = std::function<plugin::runner::child::Returned(std::shared_ptr<plugin::runner::child::Call>)>;

    /// Throws std::system_error.
    DirectCalls();

    /// Runs `body` and waits until the deadline of `state` plus `grace`. `body` must own what it uses: it may hang. `verb` is
    /// for messages.
    plugin::CallOutcome call(const plugin::VerbRow &verb, std::shared_ptr<plugin::CallState> state,
                             std::chrono::milliseconds grace, Body body);

private:
    struct Shared;
    class LinkLauncher;

    std::shared_ptr<Shared> shared_;
    plugin::runner::Runner runner_;
    std::optional<std::size_t> slot_;
};

} // namespace psa::check
