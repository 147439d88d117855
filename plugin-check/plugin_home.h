#pragma once

#include "host/clock/running_clock.h"
#include "host/plugin/runner/child/lane.h"
#include "host/plugin/runner/child/serve.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

// Where the code of the plugin runs: on threads of their own, which are limited as psa-plugin-runner is. So a plugin meets
// the limits that it will meet in production, while the check beside it looks at files and at the process.
namespace psa::check {

/// Limits all threads that are started below. Before any of them, while there is one thread. System calls that are denied
/// are noted in `denied`, which must exist as long as the process. Returns what the system refused. Throws
/// std::system_error.
plugin::runner::child::Report confinePlugins(plugin::runner::SharedPage &denied);

/// What serve() needs to run plugins in this process, on a thread that it may limit.
plugin::runner::child::Hooks inProcessHooks();

/// A descriptor of the plugin's library for mapLibrary(), always the same: of a sealed copy as in production or, without
/// limits, of the file itself, so that a debugger finds it. Throws std::runtime_error.
int libraryDescriptor(const std::filesystem::path &file);

/// Runs `task` on a thread that may load libraries, and waits; throws what it throws.
void runLoading(std::function<void()> task);
/// Starts a thread that calls a plugin. Throws std::system_error.
std::thread startCallingThread(std::function<void()> task);

/// A thread that calls a plugin, for one task after the other. One that hangs is abandoned.
class CallingThread
{
public:
    /// Throws std::system_error.
    CallingThread();
    /// Waits until it has ended, unless it hangs.
    ~CallingThread();
    CallingThread(const CallingThread &) = delete;
    CallingThread &operator=(const CallingThread &) = delete;

    /// Waits until `task` is done; throws what it throws.
    void run(std::function<void()> task) const;
    /// As above, at most until `until`. False = it hangs. The task must own what it uses.
    bool run(std::function<void()> task, clock::RunningClock::time_point until) const;

private:
    std::shared_ptr<plugin::runner::child::Lane> lane_;
};

} // namespace psa::check
