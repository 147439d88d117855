#pragma once

#include "host/clock/running_clock.h"
#include "host/plugin/runner/child/lane.h"
#include "host/plugin/runner/child/serve.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

// The threads on which code of the plugin runs. They are confined like psa-plugin-runner, so that a plugin meets the limits
// of production, while the thread of the check can still read files and inspect the process.
namespace psa::check {

/// Confines all threads that the functions below start. Call it before any of them, while the process has one thread. Denied
/// system calls are recorded in `denied`, which must live as long as the process. Returns what is in effect and what the
/// system refused. Throws std::system_error.
plugin::runner::child::Report confinePlugins(plugin::runner::SharedPage &denied);

/// The hooks of a serve() in this process, on a thread that it may confine. Thread-safe.
plugin::runner::child::Hooks inProcessHooks();

/// A descriptor of the plugin's library for mapLibrary(), the same for each call with `file`: of a sealed copy as in
/// production or, without confinement, of the file itself, so that a debugger finds it. Throws std::runtime_error.
/// Thread-safe.
int libraryDescriptor(const std::filesystem::path &file);

/// Runs `task` on a thread that may load libraries. Waits for it, and throws what it throws. Thread-safe.
void runLoading(std::function<void()> task);
/// Starts a confined thread that may call a plugin. Throws std::system_error. Thread-safe.
std::thread startCallingThread(std::function<void()> task);

/// A confined thread that runs tasks, which may call a plugin, one after the other. If one hangs, the thread is abandoned.
class CallingThread
{
public:
    /// Throws std::system_error.
    CallingThread();
    /// Waits until the thread has exited, unless a task hangs.
    ~CallingThread();
    CallingThread(const CallingThread &) = delete;
    CallingThread &operator=(const CallingThread &) = delete;

    /// Waits until `task` is done; throws what it throws.
    void run(std::function<void()> task) const;
    /// The same, but waits at most until `until`. False = the task has not returned. It must own what it uses.
    bool run(std::function<void()> task, clock::RunningClock::time_point until) const;

private:
    std::shared_ptr<plugin::runner::child::Lane> lane_;
};

} // namespace psa::check
