#pragma once

#include "host/net/recording.h"
#include "host/net/value_cache.h"
#include "host/plugin/instance.h"
#include "host/plugin/loaded_plugin.h"
#include "plugin-check/check_clock.h"
#include "plugin-check/good_run.h"
#include "plugin-check/watched_transport.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::net {
class SecretRegistry;
} // namespace psa::net

namespace psa::check {

class CheckContext;

/// Parameters of one call of the plugin. Empty members are taken from the good run.
struct PluginCall
{
    std::string configurationJson;
    std::string ticketJson;
    std::string reference;
    std::string ticketId;
    std::optional<plugin::VerbCall> asked = std::nullopt; ///< Used instead of all that.
    ExchangeHook hook = nullptr;
    std::optional<FaultPlan> plan; ///< Used instead of the hook.
    net::WhenUsed whenUsed = net::WhenUsed::repeatLast;
    std::shared_ptr<net::ValueCache> cache; ///< Null: an empty one.
    std::shared_ptr<CheckClock> clock;      ///< Null: a new one.
    /// Gets the instance, and what the call may use, directly before the call.
    std::function<void(plugin::Instance &, const plugin::CallContext &)> before;
};

/// Result of one call.
struct Observed
{
    plugin::CallOutcome outcome;
    std::vector<Sent> sent;
    std::vector<std::string> log;           ///< As written by the host: secrets are redacted.
    std::vector<net::Exchange> unused;      ///< Of the recording.
    clock::Clock::Steady::duration took{0}; ///< Of the call, on its clock.
    std::chrono::milliseconds afterStop{0}; ///< From the plan's deadline or cancellation to the return.

    /// "ok", or the status and the text of the error.
    std::string summary() const;
    /// Number of changing requests that the plugin made, including those that the host rejected.
    std::size_t mutating() const;
};

/// A plugin in this process, loaded and called as the host does, with recordings instead of the network. Not
/// thread-safe, except for call().
class PluginRun
{
public:
    /// Loads the plugin and reads check.toml; ends the check if either is unusable.
    explicit PluginRun(CheckContext &context);

    const GoodRun &good() const { return good_; }
    const std::shared_ptr<const plugin::LoadedPlugin> &plugin() const { return plugin_; }
    /// The document for configure in a good run.
    const std::string &configurationJson() const { return configurationJson_; }
    const Poco::JSON::Object &configuration() const { return *configuration_; }
    /// The ticket of the good run.
    const std::string &ticketJson() const { return ticketJson_; }
    /// The values of its secret fields.
    const std::vector<std::string> &secrets() const { return secrets_; }

    /// Creates an instance, configures it, makes the call, destroys it. Thread-safe.
    Observed call(const GoodCall &call, PluginCall how = {}) const;

    /// The calls of `verb` with a recording; ends the check as skipped if there is none.
    std::vector<const GoodCall *> recorded(CheckContext &context, Verb verb) const;

    /// Where instances live, until a call hangs: then the next one. Thread-safe.
    std::shared_ptr<plugin::runner::Runner> process() const;
    /// The parts of call(), for checks that make many calls on one instance: the recording of `call`, null if there is
    /// none;
    std::shared_ptr<net::ReplayTransport> replay(const GoodCall &call, net::WhenUsed whenUsed) const;
    /// what the plugin may use, with an empty cache;
    plugin::CallContext services(std::shared_ptr<net::Transport> transport,
                                 const std::shared_ptr<CheckClock> &clock) const;
    /// and the function of the plugin.
    plugin::VerbCall verbCall(const GoodCall &call, const PluginCall &how) const;

private:
    void configure(CheckContext &context);
    std::shared_ptr<net::SecretRegistry> secretKeeper() const;
    plugin::CallOutcome start(plugin::Instance &instance, const PluginCall &how) const;
    void callOver(plugin::Instance &instance, const GoodCall &call, const PluginCall &how,
                  const std::shared_ptr<CheckClock> &clock, Observed &observed) const;

    GoodRun good_;
    std::shared_ptr<const plugin::LoadedPlugin> plugin_;
    mutable std::mutex mutex_; ///< Guards the next member.
    mutable std::shared_ptr<plugin::runner::Runner> process_;
    Poco::JSON::Object::Ptr configuration_;
    std::string configurationJson_;
    std::string ticketJson_;
    std::vector<std::string> secrets_;
};

} // namespace psa::check
