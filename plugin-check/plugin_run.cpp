#include "plugin-check/plugin_run.h"

#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/kept_secrets.h"
#include "host/net/secret_registry.h"
#include "host/plugin/plugin_loader.h"
#include "plugin-check/check_context.h"
#include "plugin-check/example_values.h"
#include "plugin-check/in_process.h"
#include "plugin-check/offline.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace psa::check {
namespace {

using Poco::JSON::Object;

/// The call's own time: long enough for a busy machine, short enough for a plugin that hangs.
constexpr std::chrono::seconds callTime(10);
constexpr std::chrono::milliseconds grace(500);

/// The log lines of one call, kept for as long as a stray thread of the plugin may write.
class LogKeeper
{
public:
    void add(const std::string &line)
    {
        const std::lock_guard lock(mutex_);
        lines_.push_back(line);
    }
    std::vector<std::string> take()
    {
        const std::lock_guard lock(mutex_);
        return std::exchange(lines_, {});
    }

private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// Lines logged outside any call are attributed to the next examined call.
LogKeeper &outsideCalls()
{
    static auto *registry = new LogKeeper;
    return *registry;
}

void logOutsideCalls(psa_log_level, const std::string &line)
{
    outsideCalls().add(line);
}

std::shared_ptr<const plugin::LoadedPlugin> load(CheckContext &context)
{
    context.step("loading the plugin as psa-host does");
    plugin::LoaderPolicy policy;
    policy.trustedPaths = {context.plugin().parent_path()};
    policy.launcher = inProcessLauncher(context.plugin());
    const plugin::LoadReport report = plugin::PluginLoader(&logOutsideCalls, policy).load(context.plugin());
    if (report.state != plugin::LoadState::ready)
        context.failAndStop(std::string("psa-host does not load it (") + toText(report.state) + "): expected " +
                            report.expected + ", found " + report.found);
    return report.plugin;
}

} // namespace

std::string Observed::summary() const
{
    return outcome.ok() ? "ok" : plugin::statusName(outcome.error->status) + (" (" + outcome.error->message + ")");
}

std::size_t Observed::mutating() const
{
    const auto passed = std::count_if(sent.begin(), sent.end(), [](const Sent &each) { return each.request.mutates; });
    return static_cast<std::size_t>(passed) + outcome.refusedChanges;
}

PluginRun::PluginRun(CheckContext &context) : good_(readGoodRun(context.inputs().settings)), plugin_(load(context))
{
    configure(context);
}

void PluginRun::configure(CheckContext &context)
{
    configuration_ = exampleConfiguration(context, plugin_->forms.configuration);
    configurationJson_ = plugin::makeConfigurationDocument(*configuration_);
    ticketJson_ = exampleTickets(context, plugin_->forms, plugin_->abi.built).front();
    for (const std::string &field : plugin_->forms.configuration.secretFields())
        if (configuration_->has(field))
            secrets_.push_back(configuration_->getValue<std::string>(field));
}

std::vector<const GoodCall *> PluginRun::recorded(CheckContext &context, Verb verb) const
{
    auto calls = good_.recorded(verb);
    if (calls.empty())
        context.skip(std::string("there is no recording of ") + plugin::rowOf(verb).name +
                     "; docs/plugin-check.md says how to make one");
    return calls;
}

std::shared_ptr<net::SecretRegistry> PluginRun::secretKeeper() const
{
    auto registry = std::make_shared<net::SecretRegistry>();
    for (const std::string &secret : secrets_)
        registry->learn(secret);
    return registry;
}

std::shared_ptr<net::ReplayTransport> PluginRun::replay(const GoodCall &call, net::WhenUsed whenUsed) const
{
    return call.recording ? std::make_shared<net::ReplayTransport>(*call.recording, secretKeeper(), whenUsed) : nullptr;
}

plugin::CallContext PluginRun::services(std::shared_ptr<net::Transport> transport,
                                        const std::shared_ptr<CheckClock> &clock) const
{
    if (!transport)
        transport = unreachableNetwork();
    plugin::CallContext services;
    services.clock = clock;
    services.cache = std::make_shared<net::ValueCache>(clock);
    const auto secrets = secretKeeper();
    services.keptSecrets = std::make_shared<net::KeptSecrets>(clock, secrets);
    services.http = std::make_shared<net::HttpClient>(net::HttpClient::Parts{
        std::move(transport),
        std::make_shared<net::EgressPolicy>(plugin::allowedHosts(*plugin_->descriptor.extract<Object::Ptr>()),
                                            good_.allowedHosts),
        net::BudgetRegistry(clock).forConnection("check", {}, {}), secrets, clock});
    return services;
}

plugin::VerbCall PluginRun::verbCall(const GoodCall &call, const PluginCall &how) const
{
    if (how.asked || call.asked)
        return how.asked ? *how.asked : *call.asked;
    const std::string &reference = how.reference.empty() ? good_.reference : how.reference;
    switch (call.verb)
    {
    case Verb::createTicket:
        return plugin::createTicketCall(reference, how.ticketJson.empty() ? ticketJson_ : how.ticketJson);
    case Verb::findTicket:
        return plugin::findTicketCall(reference);
    case Verb::listChoices:
        return plugin::listChoicesCall(call.query);
    case Verb::readTicket:
        return plugin::readTicketCall(how.ticketId.empty() ? good_.ticketId : how.ticketId);
    default:
        return {call.verb};
    }
}

plugin::CallOutcome PluginRun::start(plugin::Instance &instance, const PluginCall &how) const
{
    const auto soon = [] { return clock::RunningClock::now() + callTime; };
    plugin::CallOutcome outcome = instance.create(soon());
    if (!outcome.ok())
        return outcome;
    return instance.configure(how.configurationJson.empty() ? configurationJson_ : how.configurationJson, soon());
}

std::shared_ptr<plugin::runner::Runner> PluginRun::process() const
{
    const std::lock_guard lock(mutex_);
    if (!process_ || !process_->isUsable())
    {
        process_ = plugin_->start(&logOutsideCalls);
        plugin_->enter(*process_, clock::RunningClock::now() + callTime);
    }
    return process_;
}

Observed PluginRun::call(const GoodCall &call, PluginCall how) const
{
    const auto log = std::make_shared<LogKeeper>();
    const auto instance = std::make_shared<plugin::Instance>(
        plugin_, process(), [log](psa_log_level, const std::string &line) { log->add(line); }, grace);
    Observed observed;
    observed.outcome = start(*instance, how);
    if (observed.outcome.ok())
    {
        const auto clock = how.clock ? how.clock : std::make_shared<CheckClock>(good_.now);
        if (how.plan)
        {
            how.plan->stopBy([clock](std::chrono::milliseconds time) { clock->putForward(time); },
                             [weak = std::weak_ptr(instance)] {
                                 if (const auto called = weak.lock())
                                     called->cancel();
                             });
            how.hook = *how.plan;
        }
        callOver(*instance, call, how, clock, observed);
    }
    observed.log = log->take();
    const auto outside = outsideCalls().take();
    observed.log.insert(observed.log.end(), outside.begin(), outside.end());
    return observed;
}

void PluginRun::callOver(plugin::Instance &instance, const GoodCall &call, const PluginCall &how,
                         const std::shared_ptr<CheckClock> &clock, Observed &observed) const
{
    const auto replayed = replay(call, how.whenUsed);
    const auto watched = std::make_shared<WatchedTransport>(
        replayed ? std::shared_ptr<net::Transport>(replayed) : unreachableNetwork(), how.hook);
    plugin::CallContext offered = services(watched, clock);
    if (how.cache)
        offered.cache = how.cache;
    if (how.before)
        how.before(instance, offered);
    const auto begin = clock->now();
    observed.outcome = instance.call(verbCall(call, how), std::move(offered), clock->running() + callTime);
    observed.took = clock->now() - begin;
    if (how.plan && how.plan->stoppedAt())
        observed.afterStop = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                                   *how.plan->stoppedAt());
    observed.sent = watched->sent();
    if (replayed)
        observed.unused = replayed->unused();
}

} // namespace psa::check
