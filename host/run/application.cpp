#include "host/run/application.h"

#include "host/plugin/loaded_plugin.h"
#include "host/secrets/key_check.h"

#include <Poco/JSON/Object.h>

#include <algorithm>
#include <set>

namespace psa::host {
namespace {

using Poco::JSON::Object;

/// More tickets of one connection are under way at once only if its plugin allows it.
constexpr std::size_t mostWorkers = 16;

DeliveryPolicy policyFor(DeliveryPolicy policy, const LoadedPlugin &plugin)
{
    const auto descriptor = plugin.descriptor.extract<Object::Ptr>();
    if (const auto reference = descriptor->getObject("reference"); !reference.isNull())
        if (reference->has("quietSeconds"))
            policy.quietPeriod = std::chrono::seconds(reference->getValue<int>("quietSeconds"));
    return policy;
}

RandomBelow below(const RandomSource &random)
{
    return [random](std::uint64_t limit) {
        std::uint64_t bits = 0;
        random(reinterpret_cast<unsigned char *>(&bits), sizeof bits);
        return bits % limit; // limits are far below 2^64: what the remainder prefers does not show
    };
}

bool movesByItself(TicketState state)
{
    return state == TicketState::ready || state == TicketState::sending || state == TicketState::retryAt ||
           state == TicketState::unknown;
}

} // namespace

Application::Application(ApplicationParts parts, bool delivers)
    : parts_(std::move(parts)), delivers_(delivers),
      delivery_({*parts_.store, parts_.runtime.clock, below(parts_.random), parts_.notify, parts_.log, parts_.point}),
      connections_({*parts_.store, parts_.runtime, parts_.keys ? &*parts_.keys : nullptr, parts_.random,
                    [this](const std::string &name, std::string &why) { return pick(name, why); }, parts_.pluginLog,
                    [this](const Connections::Live &live) { ready(live); },
                    [this](const std::string &name) { delivery_.detach(name); }}),
      intake_(*parts_.store, parts_.random, [this](const std::string &name) { delivery_.poke(name); }),
      router_(parts_.log)
{
    checkKeys();
    parts_.runtime.budgets->restore(parts_.store->read([](const StoreReader &reader) { return reader.budgets(); }));
    parts_.runtime.budgets->keepWith([this](const BudgetSnapshot &snapshot) {
        parts_.store->write([&](StoreWriter &writer) { writer.saveBudgets(snapshot); });
    });
    const ApiParts api{*parts_.store, connections_, intake_, delivery_, [this] { return parts_.plugins; }};
    addTicketRoutes(router_, api);
    addConnectionRoutes(router_, api);
    addPluginRoutes(router_, api);
    addAuditRoutes(router_, api);
    connections_.load();
}

Application::~Application()
{
    stop(std::chrono::steady_clock::now());
    parts_.runtime.budgets->keepWith(nullptr); // it may outlive the store
}

/// The canaries of the store must open with the keys that were given; what is missing of them is added.
void Application::checkKeys()
{
    constexpr const char *place = "key canaries";
    const auto [canaries, connections] = parts_.store->read(
        [&](const StoreReader &reader) { return std::pair(reader.value(place).value_or(""), reader.connections()); });
    const bool sealedRows = std::any_of(connections.begin(), connections.end(),
                                        [](const StoredConnection &each) { return !each.sealedDataKey.empty(); });
    const KeyRing *keys = parts_.keys ? &*parts_.keys : nullptr;
    const std::string wanted = psa::host::checkKeys(keys, parts_.random, canaries, sealedRows);
    if (wanted != canaries)
        parts_.store->write([&](StoreWriter &writer) { writer.putValue(place, wanted); });
}

void Application::ready(const Connections::Live &live)
{
    if (!delivers_ || live->stored.paused)
        return;
    delivery_.attach(live->connection, policyFor(parts_.policy, *live->plugin),
                     std::min(live->plugin->maxInstances, mostWorkers), live->stored.breakerJson);
}

std::shared_ptr<const LoadedPlugin> Application::pick(const std::string &name, std::string &why) const
{
    std::string there;
    for (const LoadReport &report : parts_.plugins)
    {
        if (report.plugin && (report.id == name || report.id + "@" + report.version == name || report.file == name))
            return report.plugin;
        there += (there.empty() ? "" : ", ") + (report.id.empty() ? report.file : report.id + "@" + report.version) +
                 " (" + toText(report.state) + ")";
    }
    why = "There is no plugin \"" + name + "\" that is ready. Found were: " + (there.empty() ? "none" : there) +
          ". See more with: psa-host plugins list";
    return nullptr;
}

bool Application::isIdle()
{
    const auto counts = parts_.store->read([](const StoreReader &reader) { return reader.counts(); });
    for (const ConnectionCounts &each : counts)
    {
        const auto status = delivery_.status(each.connection);
        if (!status || status->pause != Pause::none)
            continue; // nothing moves there without a human
        for (std::size_t state = 0; state < ticketStateCount; ++state)
            if (each.perState[state] > 0 && movesByItself(static_cast<TicketState>(state)))
                return false;
    }
    return true;
}

void Application::stop(std::chrono::steady_clock::time_point until)
{
    delivery_.stop(until);
}

} // namespace psa::host
