#include "host/connection/connection.h"

#include "host/connection/limits.h"
#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/secret_keeper.h"
#include "host/net/socket_transport.h"
#include "host/net/value_cache.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

using Poco::JSON::Object;

std::vector<std::string> allowedHosts(const Object &descriptor)
{
    std::vector<std::string> hosts;
    if (const auto array = descriptor.getArray("allowedHosts"))
        for (const auto &host : *array)
            hosts.push_back(host.convert<std::string>());
    return hosts;
}

std::shared_ptr<SecretKeeper> secretsOf(const ConnectionSettings &settings)
{
    auto secrets = std::make_shared<SecretKeeper>();
    for (const std::string &field : settings.plugin->forms.configuration.secretFields())
        if (settings.configuration->has(field))
            secrets->learn(settings.configuration->get(field).convert<std::string>());
    return secrets;
}

CallContext servicesOf(const ConnectionRuntime &runtime, const ConnectionSettings &settings,
                       const TransportMaker &makeTransport)
{
    const auto descriptor = settings.plugin->descriptor.extract<Object::Ptr>();
    const ConnectionLimits limits = readLimits(*descriptor, *settings.configuration);
    const auto secrets = secretsOf(settings);
    auto transport = makeTransport ? makeTransport(secrets)
                                   : std::shared_ptr<Transport>(std::make_shared<SocketTransport>(runtime.net));
    CallContext services;
    services.clock = runtime.clock;
    services.cache = std::make_shared<ValueCache>(runtime.clock);
    services.http = std::make_shared<HttpClient>(HttpClient::Parts{
        std::move(transport), std::make_shared<EgressPolicy>(allowedHosts(*descriptor), runtime.egress.allowedHosts),
        runtime.budgets->forConnection(settings.name, limits.concurrency, limits.windows), secrets, runtime.clock});
    return services;
}

} // namespace

ConnectionRuntime makeConnectionRuntime(const EgressConfig &egress)
{
    ConnectionRuntime runtime;
    runtime.clock = std::make_shared<SystemClock>();
    runtime.budgets = std::make_shared<BudgetRegistry>(runtime.clock);
    runtime.net = makeNetRuntime(egress);
    runtime.egress = egress;
    return runtime;
}

Connection::Connection(const ConnectionRuntime &runtime, const ConnectionSettings &settings, PluginLog log,
                       const TransportMaker &makeTransport)
    : name_(settings.name), plugin_(settings.plugin), services_(servicesOf(runtime, settings, makeTransport)),
      pool_(settings.plugin, makeConfigurationDocument(*settings.configuration), std::move(log))
{
}

CallOutcome Connection::call(const CallOptions &options, const Verb &verb)
{
    const auto deadline = InstancePool::Clock::now() + options.time;
    auto acquired = pool_.acquire(deadline);
    if (!acquired)
        return std::move(acquired.outcome);
    CallContext services = services_;
    services.dryRun = options.dryRun;
    services.use = options.use;
    services.observer = options.observer;
    (*acquired.lease)->use(std::move(services));
    return verb(**acquired.lease, deadline);
}

CallOutcome Connection::test(const CallOptions &options)
{
    return call(options, [](Instance &instance, auto deadline) { return instance.test(deadline); });
}

CallOutcome Connection::createTicket(const std::string &reference, const std::string &ticketJson,
                                     const CallOptions &options)
{
    return call(options, [&](Instance &instance, auto deadline) {
        return instance.createTicket(reference, ticketJson, deadline);
    });
}

CallOutcome Connection::findTicket(const std::string &reference, const CallOptions &options)
{
    return call(options, [&](Instance &instance, auto deadline) { return instance.findTicket(reference, deadline); });
}

CallOutcome Connection::listChoices(const ChoicesQuery &query, const CallOptions &options)
{
    return call(options, [&](Instance &instance, auto deadline) { return instance.listChoices(query, deadline); });
}

CallOutcome Connection::readTicket(const std::string &ticketId, const CallOptions &options)
{
    return call(options, [&](Instance &instance, auto deadline) { return instance.readTicket(ticketId, deadline); });
}

std::string Connection::redact(std::string_view text) const
{
    return services_.http->secrets().redact(text);
}

} // namespace psa::host
