#pragma once

#include "host/clock/clock.h"
#include "host/connection/login.h"
#include "host/net/budget.h"
#include "host/net/egress_config.h"
#include "host/net/http_types.h"
#include "host/plugin/instance_pool.h"
#include "host/store/records.h"

#include <Poco/JSON/Object.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
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
} // namespace psa::plugin

namespace psa::connection {

class CallRecorder;
struct CallOptions;

/// Creates a replacement for the network, such as a recording; gets the connection's secrets.
using TransportMaker =
    std::function<std::shared_ptr<net::Transport>(const std::shared_ptr<const net::SecretRegistry> &)>;

/// Makes the instances of a connection in another way than in child processes; `configuration`: a document that was checked.
using InstanceMaker = std::function<std::unique_ptr<plugin::InstanceFactory>(
    const std::shared_ptr<const plugin::LoadedPlugin> &, const std::string &configuration)>;

/// Shared by all connections of the process. Every member outlives them.
struct ConnectionRuntime
{
    std::shared_ptr<const clock::Clock> clock;
    std::shared_ptr<net::BudgetRegistry> budgets;
    double quotaShare = net::BudgetRegistry::defaultShare; ///< Our share of a PSA's limits.
    std::shared_ptr<const net::NetRuntime> net;
    net::EgressConfig egress;
    std::shared_ptr<observe::Log> log;              ///< May be null.
    std::shared_ptr<LoginRegistry> logins;          ///< May be null: each connection has its own login.
    TransportMaker transport;                       ///< May be null: the network.
    InstanceMaker instances;                        ///< May be null: child processes.
    std::function<void(CallOptions &)> prepareCall; ///< Changes the options of every call; may be null.
};

/// Limits by `clock`, and the network of the process as `egress` says. Throws std::runtime_error for an invalid CA file.
ConnectionRuntime makeConnectionRuntime(const net::EgressConfig &egress, std::shared_ptr<const clock::Clock> clock);

/// The settings from which a connection is created.
struct ConnectionSettings
{
    std::string name;
    std::shared_ptr<const plugin::LoadedPlugin> plugin;
    Poco::JSON::Object::Ptr configuration; ///< As returned by Form::check(): valid, defaults filled in.
};

/// Warnings that a plugin gives in a call whose result has no place for them. Thread-safe.
class CallWarnings
{
public:
    static constexpr std::size_t most = 50; ///< Further ones are left out.

    void add(std::string text);
    std::vector<std::string> all() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> all_; ///< Guarded by mutex_.
};

/// Options of one call.
struct CallOptions
{
    std::chrono::milliseconds time{30000};
    bool dryRun = false;         ///< Requests that would change something in the PSA are withheld and only shown.
    bool despiteRefusal = false; ///< An operator's test: it sends credentials again that the PSA has rejected.
    net::BudgetUse use = net::BudgetUse::ordinary;       ///< The purpose of its requests.
    plugin::Sharing sharing = plugin::Sharing::shared;   ///< Whether the call shares the plugin's process.
    net::ExchangeObserver observer = nullptr;            ///< Gets every exchange, free of secrets.
    std::function<bool()> mayLeave = nullptr;            ///< Asked before each request is sent; see net::Stop.
    std::shared_ptr<const clock::Clock> clock = nullptr; ///< The clock of the plugin; null = the connection's.
    std::shared_ptr<CallRecorder> recorder = nullptr;    ///< Records the call, its exchanges and its result.
    /// Gets the plugin's log messages of level warning and error, free of secrets, instead of the log.
    std::shared_ptr<CallWarnings> warnings = nullptr;
};

/// One configured connection to a PSA: its plugin, and the services that the plugin gets. Thread-safe.
///
/// All calls take the same path: once the PSA has rejected the credentials, each call fails with PSA_AUTH without being
/// made, unless its options say that an operator is testing the connection.
class Connection
{
public:
    /// `log`: gets what the plugin logs; nullptr = the log of `runtime`, with connection, ticket and call on each line.
    /// The connection's secrets are redacted in any case. Throws std::invalid_argument for host patterns or limits that
    /// the host does not accept, and the exceptions of `makeTransport`.
    Connection(const ConnectionRuntime &runtime, const ConnectionSettings &settings, plugin::PluginLog log = nullptr,
               const TransportMaker &makeTransport = nullptr);

    /// `asked`: see needsConfiguration(). Its arguments are passed to the plugin without control characters, as
    /// plugin::ArgumentKind says.
    plugin::CallOutcome call(const plugin::VerbCall &asked, const CallOptions &given = {});
    plugin::CallOutcome test(const CallOptions &options = {}) { return call(plugin::testCall(), options); }
    /// `ticketJson`: a document that matches schemas/ticket.schema.json.
    plugin::CallOutcome createTicket(const std::string &reference, const std::string &ticketJson,
                                     const CallOptions &options = {})
    {
        return call(plugin::createTicketCall(reference, ticketJson), options);
    }
    plugin::CallOutcome findTicket(const std::string &reference, const CallOptions &options = {})
    {
        return call(plugin::findTicketCall(reference), options);
    }
    plugin::CallOutcome listChoices(const plugin::ChoicesQuery &query, const CallOptions &options = {})
    {
        return call(plugin::listChoicesCall(query), options);
    }
    plugin::CallOutcome readTicket(const std::string &ticketId, const CallOptions &options = {})
    {
        return call(plugin::readTicketCall(ticketId), options);
    }
    /// `reference`: of the note. `noteJson`: a document that matches schemas/ticket-note.schema.json.
    plugin::CallOutcome addNote(const std::string &ticketId, const std::string &reference, const std::string &noteJson,
                                const CallOptions &options = {})
    {
        return call(plugin::addNoteCall(ticketId, reference, noteJson), options);
    }
    plugin::CallOutcome findNote(const std::string &ticketId, const std::string &reference,
                                 const CallOptions &options = {})
    {
        return call(plugin::findNoteCall(ticketId, reference), options);
    }
    /// `changeJson`: a document that matches schemas/ticket-change.schema.json.
    plugin::CallOutcome changeTicket(const std::string &ticketId, const std::string &changeJson,
                                     const CallOptions &options = {})
    {
        return call(plugin::changeTicketCall(ticketId, changeJson), options);
    }
    /// `watermark`: of an earlier result for this ticket; "" = since its creation.
    plugin::CallOutcome activity(const std::string &ticketId, const std::string &watermark,
                                 const CallOptions &options = {})
    {
        return call(plugin::activityCall(ticketId, watermark), options);
    }
    plugin::CallOutcome removeNote(const std::string &ticketId, const std::string &noteId,
                                   const CallOptions &options = {})
    {
        return call(plugin::removeNoteCall(ticketId, noteId), options);
    }

    /// Creates and configures an instance of the plugin, unless there is one. Returns the outcome of create or configure.
    plugin::CallOutcome start(std::chrono::milliseconds time);
    /// Asks all calls in progress to stop; each then fails soon, with PSA_CANCELLED or with unknown outcome.
    void cancelAll();

    /// Its credentials, and whether the PSA accepts them.
    Login &login() const { return *login_; }
    const std::string &name() const { return name_; }
    const plugin::LoadedPlugin &plugin() const { return *plugin_; }
    /// How much of its limits at the PSA is used.
    net::BudgetUsage usage() const;
    /// Whoever shares a limit of these groups shares it with this connection; see net::Budget.
    std::set<std::string> budgetGroups() const;
    /// `text` without the connection's secrets.
    std::string redact(std::string_view text) const;
    Poco::Dynamic::Var redact(const Poco::JSON::Object::Ptr &document) const;

private:
    plugin::CallOutcome record(const plugin::VerbCall &call, const CallOptions &options);
    plugin::CallOutcome run(const plugin::VerbCall &call, const CallOptions &options);
    plugin::CallOutcome runOn(plugin::PluginInstance &instance, const plugin::VerbCall &call,
                              const CallOptions &options, plugin::InstancePool::Clock::time_point deadline);
    plugin::PluginLog logOf(const char *call, const std::string &ticket) const;
    plugin::PluginLog logInto(const std::shared_ptr<CallWarnings> &warnings, plugin::PluginLog others) const;

    std::string name_;
    std::shared_ptr<const plugin::LoadedPlugin> plugin_;
    std::function<void(CallOptions &)> prepareCall_;
    std::shared_ptr<observe::Log> log_; ///< Gets what the plugin logs in a call; null = the instance's own log does.
    std::shared_ptr<Login> login_;
    std::atomic<unsigned> cancels_{0}; ///< Number of cancelAll() calls so far.
    plugin::CallContext services_;
    plugin::InstancePool pool_;
};

/// The PSA's limits for one connection, as declared in its plugin's descriptor.
struct DeclaredLimits
{
    std::vector<net::ConcurrencyLimit> concurrency;
    std::vector<net::WindowLimit> windows;
};

/// Reads "limits" of `descriptor` for a connection with these configuration `values`. Connections that share a limit
/// are identified by the plugin and a hash of the values of its `per` fields, because those can be secrets.
DeclaredLimits readLimits(const Poco::JSON::Object &descriptor, const Poco::JSON::Object &values);

/// An active stored connection. Immutable: a change creates a new one.
struct LiveConnection
{
    store::StoredConnection stored;
    std::shared_ptr<const plugin::LoadedPlugin> plugin; ///< nullptr = not available; see `trouble`.
    Poco::JSON::Object::Ptr configuration;              ///< As stored: without secrets.
    Poco::JSON::Object::Ptr defaults;                   ///< Ticket defaults.
    std::shared_ptr<Connection> connection;             ///< nullptr = it currently cannot work.
    std::string trouble;                                ///< Why, and what to do; "" = no trouble.
};

} // namespace psa::connection
