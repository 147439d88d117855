#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/worker.h"

#include <atomic>
#include <memory>
#include <string>

namespace psa::plugin {

class LoadedPlugin;

/// Arguments of listChoices(); see psa_choices_query.
struct ChoicesQuery
{
    std::string list;
    std::string query;                ///< Text that labels should contain; empty = all.
    std::string cursor;               ///< "nextCursor" of the previous page; empty = the first page.
    std::string dependsOnJson = "{}"; ///< Values of the fields that the list depends on.
    std::uint32_t limit = 100;        ///< 1 to 500.
};

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
    /// These require a configuration. Those that belong to an extension fail with PSA_NOT_IMPLEMENTED, without a call,
    /// if the plugin does not offer it.
    CallOutcome test(Clock::time_point deadline);
    CallOutcome createTicket(std::string reference, std::string ticketJson, Clock::time_point deadline);
    CallOutcome findTicket(std::string reference, Clock::time_point deadline);
    CallOutcome listChoices(ChoicesQuery query, Clock::time_point deadline);
    CallOutcome readTicket(std::string ticketId, Clock::time_point deadline);

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
    void need(const char *verb, State least) const;
    CallOutcome call(const char *verb, Delivers delivers, Body body, Clock::time_point deadline,
                     CallContext context = {});
    /// A call that may use the network and returns a document of `schema`.
    CallOutcome ask(const char *verb, const char *schema, Body body, Clock::time_point deadline);
    /// Turns a success whose document does not match its schema into a defect of the plugin.
    CallOutcome checked(const char *schema, CallOutcome outcome) const;
    CallOutcome notOffered(const char *extension, const char *purpose) const;
    CallOutcome lostOutcome(const char *verb) const;
    CallOutcome lostBefore(const char *verb) const;

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
