#pragma once

#include "host/clock/clock.h"
#include "host/connection/login.h"
#include "host/net/budget.h"
#include "host/net/egress_config.h"
#include "host/net/exchange.h"
#include "host/plugin/instance_pool.h"

#include <Poco/JSON/Object.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace psa::net {
class SecretRegistry;
class Transport;
} // namespace psa::net

namespace psa::observe {
class Log;
} // namespace psa::observe

namespace psa::plugin {
class Quarantine;
} // namespace psa::plugin

namespace psa::connection {

class CallRecorder;

/// What all connections of the process share. Every member outlives them.
struct ConnectionRuntime
{
    std::shared_ptr<const clock::Clock> clock;
    std::shared_ptr<net::BudgetRegistry> budgets;
    double quotaShare = net::BudgetRegistry::defaultShare; ///< Of a PSA's limits that is ours.
    std::shared_ptr<const net::NetRuntime> net;
    net::EgressConfig egress;
    std::shared_ptr<observe::Log> log;                    ///< May be null.
    std::shared_ptr<const plugin::Quarantine> quarantine; ///< May be null: every plugin may be called.
    std::shared_ptr<LoginRegistry> logins;                ///< May be null: each connection has a login of its own.
};

/// Clock, limits and network of the process as `egress` says. Throws std::runtime_error for a CA file that is none.
ConnectionRuntime makeConnectionRuntime(const net::EgressConfig &egress);

/// What a connection is made of.
struct ConnectionSettings
{
    std::string name;
    std::shared_ptr<const plugin::LoadedPlugin> plugin;
    Poco::JSON::Object::Ptr configuration; ///< As Form::check() gives it: good, defaults filled in.
};

/// Makes what a connection sends through in place of the network, such as a recording; gets the connection's secrets.
using TransportMaker =
    std::function<std::shared_ptr<net::Transport>(const std::shared_ptr<const net::SecretRegistry> &)>;

/// What a plugin warns of in a call that has no result to say it in. From any thread.
class CallWarnings
{
public:
    static constexpr std::size_t most = 50; ///< More are left out.

    void add(std::string text);
    std::vector<std::string> all() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> all_; ///< Guarded by mutex_.
};

/// How one call is made.
struct CallOptions
{
    std::chrono::milliseconds time{30000};
    bool dryRun = false;         ///< What would change anything in the PSA is held back and only shown.
    bool despiteRefusal = false; ///< An operator's test: it sends credentials that the PSA has refused once more.
    net::BudgetUse use = net::BudgetUse::ordinary; ///< What its requests are for.
    net::ExchangeObserver observer = nullptr;      ///< Gets every exchange, free of secrets.
    std::shared_ptr<const clock::Clock> clock =
        nullptr;                                      ///< What the plugin reads the time from; null = the connection's.
    std::shared_ptr<CallRecorder> recorder = nullptr; ///< Keeps the call, its exchanges and what became of it.
    /// Gets what the plugin logs as a warning or an error, free of secrets, in place of the log.
    std::shared_ptr<CallWarnings> warnings = nullptr;
};

/// One configured connection to a PSA: its plugin, and the services that the plugin gets. From any thread.
///
/// Every call takes the same path, whoever makes it: once the PSA has rejected the credentials, each call fails with
/// PSA_AUTH without being made, unless its options say that an operator is testing the connection.
class Connection
{
public:
    /// `log`: gets what the plugin logs; nullptr = the log of `runtime`, with connection, ticket and call on each line.
    /// That log hides the connection's secrets in any case. Throws std::invalid_argument for host patterns or limits
    /// that the host does not accept, and what `makeTransport` throws.
    Connection(const ConnectionRuntime &runtime, const ConnectionSettings &settings, plugin::PluginLog log = nullptr,
               const TransportMaker &makeTransport = nullptr);

    plugin::CallOutcome test(const CallOptions &options = {});
    // No control character but line feed and tab gets from here into a plugin, and so to a PSA: in the texts of a
    // ticket and in what is looked for, line ends become line feeds and the others U+FFFD.

    /// `ticketJson`: a document of schemas/ticket.schema.json.
    plugin::CallOutcome createTicket(const std::string &reference, const std::string &ticketJson,
                                     const CallOptions &options = {});
    plugin::CallOutcome findTicket(const std::string &reference, const CallOptions &options = {});
    plugin::CallOutcome listChoices(const plugin::ChoicesQuery &query, const CallOptions &options = {});
    plugin::CallOutcome readTicket(const std::string &ticketId, const CallOptions &options = {});

    /// False: the plugin is in quarantine for `operation`, as the ABI calls it, and calls fail at once.
    bool mayCall(const char *operation) const;

    /// Asks every call under way to stop; each then fails soon, with PSA_CANCELLED or as an unknown outcome.
    void cancelAll();

    /// Its credentials, and whether the PSA accepts them.
    Login &login() const { return *login_; }
    const std::string &name() const { return name_; }
    const plugin::LoadedPlugin &plugin() const { return *plugin_; }
    /// How far its limits at the PSA are used.
    net::BudgetUsage usage() const;
    /// `text` without any secret of the connection.
    std::string redact(std::string_view text) const;
    Poco::Dynamic::Var redact(const Poco::JSON::Object::Ptr &document) const;

private:
    /// A verb, for a recording, for the log and to be called.
    struct Verb
    {
        const char *name;
        const char *operation; ///< What the ABI calls it.
        std::string ticket;    ///< The reference of the ticket that it is about, if it is known.
        std::function<Poco::JSON::Object::Ptr()> arguments;
        std::function<plugin::CallOutcome(plugin::Instance &, plugin::InstancePool::Clock::time_point)> run;
    };
    plugin::CallOutcome call(const CallOptions &options, const Verb &verb);
    plugin::CallOutcome record(const CallOptions &options, const Verb &verb);
    plugin::CallOutcome run(const CallOptions &options, const Verb &verb);
    plugin::CallOutcome runOn(plugin::Instance &instance, const CallOptions &options, const Verb &verb,
                              plugin::InstancePool::Clock::time_point deadline);
    plugin::PluginLog logOf(const char *call, const std::string &ticket) const;
    plugin::PluginLog logInto(const std::shared_ptr<CallWarnings> &warnings, plugin::PluginLog others) const;

    std::string name_;
    std::shared_ptr<const plugin::LoadedPlugin> plugin_;
    std::shared_ptr<const plugin::Quarantine> quarantine_;
    std::shared_ptr<observe::Log> log_; ///< Gets what the plugin logs in a call; null = the instance's own does.
    std::shared_ptr<Login> login_;
    std::atomic<unsigned> cancels_{0}; ///< How often all calls were cancelled.
    plugin::CallContext services_;
    plugin::InstancePool pool_;
};

} // namespace psa::connection
