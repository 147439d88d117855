#include "host/connection/connection.h"

#include "host/connection/call_recorder.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/kept_secrets.h"
#include "host/net/secret_registry.h"
#include "host/net/socket_transport.h"
#include "host/net/value_cache.h"
#include "host/observe/log.h"
#include "host/plugin/loaded_plugin.h"
#include "host/secrets/crypto.h"

#include <Poco/JSON/Array.h>

namespace psa::connection {
namespace {

using Poco::JSON::Object;

std::shared_ptr<net::SecretRegistry> secretsOf(const ConnectionSettings &settings)
{
    auto secrets = std::make_shared<net::SecretRegistry>();
    for (const std::string &field : settings.plugin->forms.configuration.secretFields())
        if (settings.configuration->has(field))
            secrets->learn(settings.configuration->get(field).convert<std::string>());
    return secrets;
}

plugin::CallContext servicesOf(const ConnectionRuntime &runtime, const ConnectionSettings &settings,
                               const TransportMaker &makeTransport)
{
    const auto descriptor = settings.plugin->descriptor.extract<Object::Ptr>();
    const DeclaredLimits limits = readLimits(*descriptor, *settings.configuration);
    const auto secrets = secretsOf(settings);
    if (runtime.log)
        runtime.log->hide(secrets);
    const TransportMaker &maker = makeTransport ? makeTransport : runtime.transport;
    auto transport =
        maker ? maker(secrets) : std::shared_ptr<net::Transport>(std::make_shared<net::SocketTransport>(runtime.net));
    plugin::CallContext services;
    services.clock = runtime.clock;
    services.cache = std::make_shared<net::ValueCache>(runtime.clock);
    services.keptSecrets = std::make_shared<net::KeptSecrets>(runtime.clock, secrets);
    services.http = std::make_shared<net::HttpClient>(net::HttpClient::Parts{
        std::move(transport),
        std::make_shared<net::EgressPolicy>(plugin::allowedHosts(*descriptor), runtime.egress.allowedHosts),
        runtime.budgets->forConnection(settings.name, limits.concurrency, limits.windows, runtime.quotaShare), secrets,
        runtime.clock});
    return services;
}

std::shared_ptr<Login> loginOf(const ConnectionRuntime &runtime, const ConnectionSettings &settings)
{
    if (runtime.logins)
        return runtime.logins->of(settings.plugin->id, *settings.configuration);
    return std::make_shared<Login>(runtime.clock, std::make_shared<Login::Listener>());
}

std::unique_ptr<plugin::InstanceFactory> instancesOf(const ConnectionRuntime &runtime,
                                                     const ConnectionSettings &settings, plugin::PluginLog log)
{
    std::string configuration = plugin::makeConfigurationDocument(*settings.configuration);
    return runtime.instances ? runtime.instances(settings.plugin, configuration)
                             : plugin::instancesInProcess(settings.plugin, std::move(configuration), std::move(log));
}

using Poco::JSON::Array;

std::string sharedBy(const std::string &plugin, const Object &limit, const Object &values)
{
    const Array::Ptr per = limit.getArray("per");
    if (per.isNull() || per->size() == 0)
        return {};
    std::string read;
    for (const auto &field : *per)
    {
        const auto name = field.convert<std::string>();
        const std::string value = values.has(name) ? values.get(name).convert<std::string>() : std::string();
        // With lengths, so that different lists of values give different texts.
        read += std::to_string(name.size()) + ":" + name + std::to_string(value.size()) + ":" + value;
    }
    return plugin + "/" + secrets::digestOf(read).substr(0, 24);
}

std::string limitKey(const Object &limit)
{
    return limit.optValue<std::string>("limitKey", "");
}

} // namespace

void CallWarnings::add(std::string text)
{
    const std::lock_guard lock(mutex_);
    if (all_.size() < most)
        all_.push_back(std::move(text));
}

std::vector<std::string> CallWarnings::all() const
{
    const std::lock_guard lock(mutex_);
    return all_;
}

ConnectionRuntime makeConnectionRuntime(const net::EgressConfig &egress, std::shared_ptr<const clock::Clock> clock)
{
    ConnectionRuntime runtime;
    runtime.clock = std::move(clock);
    runtime.budgets = std::make_shared<net::BudgetRegistry>(runtime.clock);
    runtime.logins = std::make_shared<LoginRegistry>(runtime.clock);
    runtime.net = net::makeNetRuntime(egress);
    runtime.egress = egress;
    return runtime;
}

Connection::Connection(const ConnectionRuntime &runtime, const ConnectionSettings &settings, plugin::PluginLog log,
                       const TransportMaker &makeTransport)
    : name_(settings.name), plugin_(settings.plugin), prepareCall_(runtime.prepareCall),
      log_(log ? nullptr : runtime.log), login_(loginOf(runtime, settings)),
      services_(servicesOf(runtime, settings, makeTransport)),
      pool_(instancesOf(runtime, settings, log ? std::move(log) : logOf("", "")), settings.plugin->maxInstances,
            settings.plugin->id)
{
}

plugin::PluginLog Connection::logOf(const char *call, const std::string &ticket) const
{
    return log_ ? observe::pluginLog(log_, {name_, ticket, call, plugin_->id}) : nullptr;
}

/// Owns what it uses, because a plugin may log after its call was abandoned.
plugin::PluginLog Connection::logInto(const std::shared_ptr<CallWarnings> &warnings, plugin::PluginLog others) const
{
    return [warnings, others = std::move(others), http = services_.http](psa_log_level level, const std::string &text) {
        if (level >= PSA_LOG_WARNING)
            warnings->add(http->secrets().redact(text));
        else if (others)
            others(level, text);
    };
}

plugin::CallOutcome Connection::call(const plugin::VerbCall &asked, const CallOptions &given)
{
    const plugin::VerbCall call = plugin::withoutControls(asked);
    CallOptions options = given;
    if (prepareCall_)
        prepareCall_(options);
    return options.recorder ? record(call, options) : run(call, options);
}

plugin::CallOutcome Connection::record(const plugin::VerbCall &call, const CallOptions &options)
{
    const net::SecretRegistry &secrets = services_.http->secrets();
    const std::string build = plugin_->build();
    const auto number =
        options.recorder->begin({call.row().name, build, options.dryRun, plugin::argumentsToJson(call)}, secrets);
    const auto clock = std::make_shared<RecordingClock>(services_.clock);
    CallOptions recording = options;
    recording.clock = clock;
    // Owns what it uses: a lost call may still send long after it was abandoned.
    recording.observer = [recorder = options.recorder, observer = options.observer,
                          number](const net::Exchange &exchange) {
        recorder->add(number, exchange);
        if (observer)
            observer(exchange);
    };
    plugin::CallOutcome outcome = run(call, recording);
    options.recorder->end(number, outcome, clock->taken(), secrets);
    return outcome;
}

plugin::CallOutcome Connection::run(const plugin::VerbCall &call, const CallOptions &options)
{
    if (!options.despiteRefusal)
        if (auto refused = login_->whyNot(name_))
            return std::move(*refused);
    const auto turnBy = login_->deadlineAfter(options.time);
    const auto deadline = plugin::InstancePool::deadlineAfter(options.time);
    const unsigned cancels = cancels_;
    auto acquired = pool_.acquire(deadline, options.sharing);
    if (!acquired)
        return std::move(acquired.outcome);
    return login_->attempt({name_, turnBy, options.despiteRefusal, [this, cancels] { return cancels_ != cancels; }},
                           [&] { return runOn(**acquired.lease, call, options, deadline); });
}

plugin::CallOutcome Connection::runOn(plugin::PluginInstance &instance, const plugin::VerbCall &call,
                                      const CallOptions &options, plugin::InstancePool::Clock::time_point deadline)
{
    plugin::CallContext services = services_;
    services.dryRun = options.dryRun;
    services.use = options.use;
    services.observer = options.observer;
    services.mayLeave = options.mayLeave;
    if (options.clock)
        services.clock = options.clock;
    services.log = logOf(call.row().name, call.argument("reference"));
    if (options.warnings)
        services.log = logInto(options.warnings, services.log);
    return instance.call(call, std::move(services), deadline);
}

plugin::CallOutcome Connection::start(std::chrono::milliseconds time)
{
    return pool_.acquire(plugin::InstancePool::deadlineAfter(time)).outcome;
}

void Connection::cancelAll()
{
    ++cancels_;
    pool_.cancelAll();
}

net::BudgetUsage Connection::usage() const
{
    return services_.http->usage();
}

std::set<std::string> Connection::budgetGroups() const
{
    return services_.http->budgetGroups();
}

std::string Connection::redact(std::string_view text) const
{
    return services_.http->secrets().redact(text);
}

Poco::Dynamic::Var Connection::redact(const Object::Ptr &document) const
{
    return net::redacted(document, services_.http->secrets());
}

DeclaredLimits readLimits(const Object &descriptor, const Object &values)
{
    DeclaredLimits limits;
    const Object::Ptr declared = descriptor.getObject("limits");
    if (declared.isNull())
        return limits;
    const auto plugin = descriptor.getValue<std::string>("id");
    const Array::Ptr concurrency = declared->getArray("concurrency");
    for (unsigned i = 0; !concurrency.isNull() && i < concurrency->size(); ++i)
    {
        const Object::Ptr each = concurrency->getObject(i);
        limits.concurrency.push_back(
            {each->getValue<std::size_t>("max"), limitKey(*each), sharedBy(plugin, *each, values)});
    }
    const Array::Ptr requests = declared->getArray("requests");
    for (unsigned i = 0; !requests.isNull() && i < requests->size(); ++i)
    {
        const Object::Ptr each = requests->getObject(i);
        limits.windows.push_back({each->getValue<std::size_t>("max"),
                                  std::chrono::seconds(each->getValue<int>("windowSeconds")), limitKey(*each),
                                  sharedBy(plugin, *each, values)});
    }
    return limits;
}

} // namespace psa::connection
