#pragma once

#include "host/plugin/runner/child/call.h"
#include "host/plugin/runner/child/plugin.h"
#include "host/plugin/runner/runner.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

// Both sides of the protocol between psa-host and psa-plugin-runner in one process.
namespace psa::check {

/// Runs psa-plugin-runner's part on threads of this process, with the library of `plugin` (see libraryDescriptor()).
std::shared_ptr<const plugin::runner::Launcher> inProcessLauncher(std::filesystem::path plugin);

/// Calls functions of a plugin as psa-host and psa-plugin-runner do, whatever shape the structs have that the plugin gets.
/// Not thread-safe.
class DirectCalls
{
public:
    /// Calls the plugin, on a thread of its own.
    using Body = std::function<plugin::runner::child::Returned(std::shared_ptr<plugin::runner::child::Call>)>;

    /// Throws std::system_error.
    DirectCalls();

    /// `body` must own what it uses: it may hang.
    plugin::CallOutcome call(const plugin::VerbRow &verb, std::shared_ptr<plugin::CallState> state,
                             std::chrono::milliseconds grace, Body body);

private:
    struct Shared;
    class Start;

    std::shared_ptr<Shared> shared_;
    plugin::runner::Runner runner_;
    std::optional<std::size_t> slot_;
};

} // namespace psa::check
