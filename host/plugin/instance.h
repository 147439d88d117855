#pragma once

#include "host/plugin/plugin_instance.h"
#include "host/plugin/runner/runner.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace psa::plugin {

class LoadedPlugin;

/// An instance of a plugin in a child process. Call it in the order of the ABI's lifecycle, one call at a time; anything else
/// is a bug in the host and throws std::logic_error. Once a call has exceeded its deadline and the grace period, or the
/// process has exited, every later call fails.
class Instance : public PluginInstance
{
public:
    static constexpr std::chrono::milliseconds defaultGrace{2000};

    /// In `process`, in which the plugin was entered. `log`: for calls whose context has no log.
    Instance(std::shared_ptr<const LoadedPlugin> plugin, std::shared_ptr<runner::Runner> process, PluginLog log,
             std::chrono::milliseconds grace = defaultGrace);
    /// In a new process, in which the plugin is entered. Throws runner::RunnerEnded and std::system_error.
    Instance(const std::shared_ptr<const LoadedPlugin> &plugin, const PluginLog &log,
             std::chrono::milliseconds grace = defaultGrace);
    /// Calls destroy().
    ~Instance() override;
    Instance(const Instance &) = delete;
    Instance &operator=(const Instance &) = delete;

    /// Creates the object; before any other call. May be repeated after a failure.
    CallOutcome create(Clock::time_point deadline);
    /// `json`: a configuration document that the host has checked. After a failure the previous one stays in effect. From
    /// now on its secrets are removed from all texts of the plugin.
    CallOutcome configure(std::string json, Clock::time_point deadline);
    CallOutcome call(const VerbCall &asked, CallContext context, Clock::time_point deadline) override;
    void cancel() override;
    void stop() override;
    bool isUsable() const override;

    /// Destroys the object, if it exists; afterwards no other call is allowed. Takes up to the grace period. False if
    /// the plugin does not return; then its process is retired.
    bool destroy();

private:
    enum class State
    {
        fresh,
        created,
        configured,
        destroyed
    };
    void need(const VerbRow &verb, State least) const;
    CallOutcome run(const VerbCall &asked, Clock::time_point deadline, CallContext context = {});
    /// Turns a success whose document does not match its schema into a defect of the plugin.
    CallOutcome checked(const VerbRow &verb, CallOutcome outcome) const;

    std::shared_ptr<const LoadedPlugin> plugin_;
    std::shared_ptr<runner::Runner> process_;
    PluginLog log_;
    std::chrono::milliseconds grace_;
    std::size_t slot_ = 0; ///< In the process, 1 to 64; 0 = none.
    State state_ = State::fresh;
    /// Secrets of the last configuration that was passed to configure.
    std::shared_ptr<const net::SecretRegistry> secrets_;
    std::atomic<bool> busy_{false};
    std::mutex mutex_; ///< Guards what follows.
    std::shared_ptr<CallState> current_;
    bool stopped_ = false;
};

} // namespace psa::plugin
