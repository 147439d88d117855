#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/verb.h"
#include "host/plugin/worker.h"

#include <atomic>
#include <memory>
#include <string>

namespace psa::plugin {

class LoadedPlugin;

/// One configured object of a plugin, with its own thread. The caller makes one call at a time, in the order of the
/// ABI's lifecycle; anything else is a bug in the host and throws std::logic_error. cancel() and stop() may be called
/// from any thread. A call that exceeds its deadline and the grace period makes the instance lost: every later call
/// fails, and neither the object nor the thread is used again.
class Instance
{
public:
    using Clock = clock::RunningClock;
    static constexpr std::chrono::milliseconds defaultGrace{2000};

    Instance(std::shared_ptr<const LoadedPlugin> plugin, PluginLog log, std::chrono::milliseconds grace = defaultGrace);
    /// Calls destroy().
    ~Instance();
    Instance(const Instance &) = delete;
    Instance &operator=(const Instance &) = delete;

    /// Creates the object; before any other call. May be repeated after a failure.
    CallOutcome create(Clock::time_point deadline);
    /// `json`: a configuration document that the host has checked. After a failure the previous one stays in effect.
    CallOutcome configure(std::string json, Clock::time_point deadline);
    /// `asked`: see needsConfiguration(). If the plugin does not offer its extension, fails with PSA_NOT_IMPLEMENTED
    /// without calling it.
    CallOutcome call(const VerbCall &asked, Clock::time_point deadline);

    /// What the following calls may use of the host; initially nothing. create and configure never use it. The secrets
    /// of the configuration are removed from all texts of the plugin in any case.
    void use(CallContext context) { context_ = std::move(context); }

    /// Asks the call in progress, if any, to stop.
    void cancel();
    /// Asks the call in progress, and all later ones, to stop.
    void stop();
    bool lost() const { return worker_.abandoned(); }

    /// Destroys the object, if it exists; afterwards no other call is allowed. Takes up to the grace period. False if
    /// the plugin does not return: its thread is then lost.
    bool destroy();

private:
    enum class State
    {
        fresh,
        created,
        configured,
        destroyed
    };
    using Body = std::function<psa_status(const psa_call *, psa_instance *)>;
    void need(const VerbRow &verb, State least) const;
    CallOutcome run(const VerbRow &verb, Body body, Clock::time_point deadline, CallContext context = {});
    Body bodyOf(const VerbCall &asked) const;
    /// Turns a success whose document does not match its schema into a defect of the plugin.
    CallOutcome checked(const VerbRow &verb, CallOutcome outcome) const;
    CallOutcome notOffered(const VerbRow &verb) const;
    CallOutcome lostOutcome(const VerbRow &verb) const;
    CallOutcome lostBefore(const VerbRow &verb) const;

    std::shared_ptr<const LoadedPlugin> plugin_;
    PluginLog log_;
    std::chrono::milliseconds grace_;
    State state_ = State::fresh;
    CallContext context_;
    /// Secrets of the last configuration that was passed to configure.
    std::shared_ptr<const net::SecretRegistry> secrets_;
    std::atomic<bool> busy_{false};
    std::shared_ptr<psa_instance *> object_; ///< Shared with the thread: create may finish after it was abandoned.
    std::mutex mutex_;                       ///< Guards the members up to worker_.
    std::shared_ptr<CallState> current_;
    bool stopped_ = false;
    Worker worker_;
};

} // namespace psa::plugin
