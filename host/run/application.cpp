#include "host/run/application.h"

#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/reach.h"
#include "host/api/views.h"
#include "host/delivery/breaker.h"
#include "host/delivery/ticket_steps.h"
#include "host/events/migration.h"
#include "host/fleet/budget_visits.h"
#include "host/json/json_text.h"
#include "host/plugin/loaded_plugin.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/sealed_record.h"
#include "host/web/pages.h"

#include <Poco/JSON/Object.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace psa::run {
namespace {

using Poco::JSON::Object;

/// Concurrent tickets of one connection; the plugin's limit may be lower.
constexpr std::size_t maxWorkers = 16;
/// The value of the store that holds the canaries of the master keys.
constexpr std::size_t deletedAtOnce = 500;
constexpr std::chrono::milliseconds lookAtEpisodesEvery{1000};
constexpr std::chrono::seconds compareClocksEvery{10};

std::optional<store::DutyRow> dutyIn(const store::StoreReader &reader, const std::string &name)
{
    for (store::DutyRow &each : reader.duties())
        if (each.name == name)
            return std::move(each);
    return std::nullopt;
}

/// Returns whether there may be more.
bool deleteExpired(store::StoreWriter &writer, const store::StoreConfig &config, clock::Clock::Wall now)
{
    const std::size_t tickets = writer.deleteEndedTickets(now - config.keepTickets, deletedAtOnce);
    const std::size_t episodes = writer.deleteEpisodes(now - config.keepTickets, deletedAtOnce);
    const std::size_t audit = writer.deleteAudit(now - config.keepAudit, deletedAtOnce);
    const std::size_t events = writer.deleteEvents(now - config.keepEvents, deletedAtOnce);
    const std::size_t bodies = writer.deleteDeliveryBodies(now - config.keepBodies, config.maxBodyBytes, deletedAtOnce);
    return tickets + episodes + audit + events + bodies > 0;
}

/// The quiet period is set by the operator, otherwise by the plugin.
delivery::DeliveryPolicy policyFor(const delivery::DeliveryConfig &config, const plugin::LoadedPlugin &plugin)
{
    delivery::DeliveryPolicy policy = config.policy;
    const auto descriptor = plugin.descriptor.extract<Object::Ptr>();
    const Object::Ptr reference = descriptor->getObject("reference");
    if (config.quietPeriod)
        policy.quietPeriod = *config.quietPeriod;
    else if (!reference.isNull() && reference->has("quietSeconds"))
        policy.quietPeriod = std::chrono::seconds(reference->getValue<int>("quietSeconds"));
    if (!plugin.updates.isNull())
        policy.noteQuietPeriod = std::chrono::seconds(plugin.updates->getValue<int>("quietSeconds"));
    return policy;
}

delivery::RandomBelow below(const secrets::RandomSource &random)
{
    return [random](std::uint64_t limit) {
        std::uint64_t bits = 0;
        random(reinterpret_cast<unsigned char *>(&bits), sizeof bits);
        return bits % limit; // limits are far below 2^64: the bias of the remainder is negligible
    };
}

/// Ids of the master keys that seal the secrets of connections and sources.
std::set<std::string> keyIdsIn(const store::StoreReader &reader)
{
    std::set<std::string> ids = events::keyIdsOf(reader.definitions(store::DefinitionKind::source));
    if (std::string id = events::NotifySettings::keyIdOf(reader); !id.empty())
        ids.insert(std::move(id));
    for (const store::StoredConnection &each : reader.connections())
        if (!each.keyId.empty())
            ids.insert(each.keyId);
    return ids;
}

/// Whether a note or change of the connection makes progress on its own. A note that the PSA has and that is looked up
/// once more for duplicates does not count.
bool updatesMove(const store::StoreReader &reader, const store::ConnectionCounts &counts)
{
    constexpr std::size_t most = 1000;
    const auto open = reader.operationsToReconcile(counts.connection, most);
    return reader.due(counts.connection).sending ||
           counts.operations.at(static_cast<std::size_t>(ticket::TicketState::sending)) > 0 ||
           std::any_of(open.begin(), open.end(),
                       [](const ticket::StoredOperation &each) { return each.state != ticket::TicketState::done; });
}

store::AuditEntry entryOf(const std::string &who, const char *action, const std::string &what)
{
    Object detail;
    detail.set("what", what);
    return store::auditEntry(who, action, "", json::toText(detail));
}

} // namespace

Application::Application(ApplicationParts parts, bool delivers)
    : parts_(std::move(parts)), delivers_(delivers), plugins_(std::move(parts_.plugins)), delivery_(queueParts()),
      connections_({*parts_.store, parts_.runtime, parts_.keys ? &*parts_.keys : nullptr, parts_.random,
                    [this](const std::string &name) { return plugins_.choose(name); }, parts_.pluginLog,
                    [this](const connection::Connections::Live &live) { ready(live); },
                    [this](const std::string &name) { delivery_.detach(name); }}),
      definitions_({*parts_.store, connections_, parts_.random}),
      notifySettings_({*parts_.store, parts_.keys ? &*parts_.keys : nullptr, parts_.random, parts_.notifyFile,
                       parts_.useNotify, parts_.tryNotify}),
      tickets_({*parts_.store, connections_, changes_, parts_.runtime.clock, parts_.random,
                [this](const std::string &name) {
                    parts_.point("accepted");
                    delivery_.wake(name);
                },
                [this](const connection::LiveConnection &live) { return statusOf(live); },
                parts_.delivery.policy.once}),
      sources_(sourcesParts()), decisions_(connections_, tickets_, [this] { return definitions_.current(); }),
      intake_(intakeParts()), eventSteps_(eventParts()), access_(*parts_.store, parts_.runtime.clock, parts_.random),
      refusals_(parts_.runtime.clock, parts_.warn), remoteChanges_(remoteParts()),
      router_(
          parts_.log,
          [this](const http::ApiRequest &request, const http::Problem &problem) { refused(request, problem); },
          api::throwAsProblem,
          [this](const http::Router::Route &route, const http::ApiRequest &request) {
              api::checkReach(route, request, tickets_);
          })
{
    checkKeys();
    if (const std::string &damage = access_.tokens.damage(); !damage.empty())
        parts_.log("The stored API tokens cannot be read: " + damage +
                   ". None of them is valid any more; create new ones with: psa-host token add");
    if (!parts_.runtime.logins)
        parts_.runtime.logins = std::make_shared<connection::LoginRegistry>(parts_.runtime.clock);
    parts_.runtime.logins->listener().listen([this](const connection::Login &login) { follow(login); });
    if (!parts_.store->isShared())
        parts_.runtime.budgets->restore(
            parts_.store->read([](const store::StoreReader &reader) { return reader.budgets(); }));
    parts_.runtime.budgets->persistWith([this](const net::BudgetSnapshot &snapshot) {
        parts_.store->write([&](store::StoreWriter &writer) { writer.saveBudgets(snapshot); });
    });
    if (parts_.store->isShared())
        shareWork();
    addRoutes();
    parts_.store->onChange([this](const store::StoreChange &change) { changed(change); });
    load();
}

void Application::addRoutes()
{
    const api::ApiParts api{*parts_.store,
                            connections_,
                            definitions_,
                            tickets_,
                            [this] { return plugins_.reports(); },
                            [this](const connection::LiveConnection &live) { return statusOf(live); },
                            parts_.runtime.clock,
                            refusals_,
                            changes_,
                            sources_,
                            intake_,
                            parts_.url,
                            [this] { return isStopping_.load(); }};
    api::addTicketRoutes(router_, api);
    api::addTicketUpdateRoutes(router_, api);
    api::addBulkActionRoutes(router_, api);
    api::addConnectionRoutes(router_, api);
    api::addDefinitionRoutes(router_, api);
    api::addRuleRoutes(router_, api);
    api::addWindowRoutes(router_, api);
    api::addCustomerRoutes(router_, api);
    api::addConfigurationRoutes(router_, api);
    api::addNotifyRoutes(router_, notifySettings_);
    api::addPluginRoutes(router_, api);
    api::addAuditRoutes(router_, api);
    api::addSourceRoutes(router_, api);
    api::addHookRoutes(router_, api);
    api::addRefusalRoutes(router_, api);
    api::addStatusRoutes(router_, api);
    api::addHostsRoutes(router_, api);
    api::addHealthRoutes(router_, api);
    api::addStreamRoutes(router_, api);
    api::addEventRoutes(router_, api);
    api::addHostRoutes(router_, actions());
    api::addAccessRoutes(router_, access_,
                         [this](const std::string &name) { return connections_.find(name) != nullptr; });
    api::addOpenApiRoute(router_);
    web::addPageRoutes(router_); // matches any path of one segment, so it comes last
    if (parts_.store->isShared() && delivers_)
        router_.catchUpBy([this](std::function<void(bool)> known) { remoteChanges_.catchUp(std::move(known)); });
}

delivery::ConnectionQueueParts Application::queueParts() const
{
    return {*parts_.store, parts_.runtime.clock, below(parts_.random), parts_.notify, parts_.log, parts_.point};
}

std::unique_ptr<DeliveryOnce> Application::deliveryOnce(const std::string &connection)
{
    const connection::Connections::Live live = connections_.get(connection);
    if (!live->connection)
        throw connection::ConnectionBroken(live->trouble);
    return std::make_unique<DeliveryOnce>(queueParts(), live->connection, policyFor(parts_.delivery, *live->plugin));
}

void Application::load()
{
    connections_.load();
    for (const std::string &remark : events::migrateLegacyAlerts(*parts_.store, connections_, parts_.random))
        parts_.notify({"alerts.migrated", "", {}, "", "migration", remark});
    definitions_.load();
    notifySettings_.load();
    sources_.load();
    loaded_ = true;
    if (delivers_)
        startSteps();
    if (fleet_)
        startFleet();
}

/// What other hosts have changed is read apart from the work: that takes as long as readers and plugins do.
void Application::startSteps()
{
    drivers_.push_back(std::make_unique<StepDriver>("The thread of sources and events", steps(), parts_.warn));
    if (parts_.store->isShared())
        for (auto step : {&RemoteChanges::followSettings, &RemoteChanges::followWork})
            drivers_.push_back(std::make_unique<StepDriver>(
                "A thread that follows other hosts",
                std::vector<StepDriver::Step>{[this, step] { return (remoteChanges_.*step)(); }}, parts_.warn));
    areDriven_ = true;
    wakeSteps(); // something may have changed meanwhile
}

events::Sources::Parts Application::sourcesParts()
{
    return {*parts_.store, parts_.keys ? &*parts_.keys : nullptr,
            parts_.random, [this](const std::string &program) { return readers_.check(program); },
            parts_.warn,   [this] { wakeSteps(); }};
}

events::Intake::Parts Application::intakeParts()
{
    return {*parts_.store,
            sources_,
            [this](const events::SourceSettings &source, const events::RawDelivery &delivery) {
                return parts_.readDelivery ? parts_.readDelivery(source, delivery)
                                           : events::readDelivery(readers_, source, delivery);
            },
            [this](store::StoreWriter &writer, const events::Arrival &arrival,
                   const std::vector<events::Event> &events) { return decisions_.decide(writer, arrival, events); },
            [this](const events::SourceSettings &source, const events::Event &event, events::Instant now) {
                return toJson(decisions_.preview(event, source.name, now));
            },
            parts_.runtime.clock,
            parts_.random,
            [this](const events::Decided &decided) { announce(decided); },
            [this] { wakeSteps(); },
            holdings()};
}

events::EventSteps::Parts Application::eventParts()
{
    return {*parts_.store,
            decisions_,
            parts_.runtime.clock,
            [this] {
                std::vector<std::shared_ptr<const events::SourceSettings>> all;
                for (const events::Sources::Live &each : sources_.all())
                    all.emplace_back(each, &each->settings);
                return all;
            },
            [this](const events::Decided &decided) { announce(decided); },
            holdings()};
}

std::vector<StepDriver::Step> Application::steps()
{
    const auto ofEvents = [this]() -> std::optional<std::chrono::milliseconds> {
        return eventSteps_.run() ? std::chrono::milliseconds(0) : lookAtEpisodesEvery;
    };
    std::vector<StepDriver::Step> all = {[this] { return intake_.step(); }, ofEvents};
    if (parts_.followClock)
        all.emplace_back([this, due = parts_.runtime.clock->now()]() mutable {
            const auto now = parts_.runtime.clock->now();
            if (now >= due)
            {
                parts_.followClock(*parts_.store);
                due = now + compareClocksEvery;
            }
            return std::optional(std::chrono::ceil<std::chrono::milliseconds>(due - now));
        });
    return all;
}

RemoteChanges::Parts Application::remoteParts()
{
    return {[this] {
                followConnections();
                tellFollowed(&store::StoreChange::connections);
            },
            [this] {
                definitions_.load();
                sources_.load();
                tellFollowed(&store::StoreChange::definitions);
            },
            [this] {
                access_.tokens.refresh();
                access_.sessions.refresh();
                notifySettings_.load();
                tellFollowed(&store::StoreChange::audit); // which shows that tokens were changed
            },
            [this](store::Store::CaughtUp done) { parts_.store->catchUp(std::move(done)); }};
}

/// Those who watch this host hear of what another one has changed once they can read it here.
void Application::tellFollowed(bool store::StoreChange::*what)
{
    store::StoreChange change;
    change.*what = true;
    for (const connection::Connections::Live &each : connections_.all())
        change.of.insert(each->stored.name);
    changes_.changed(change);
}

/// A ChangeListener: what another host has stored is read, and sent, without waiting for a timer.
void Application::changed(const store::StoreChange &change)
{
    if (!change.remote)
        return changes_.changed(change);
    store::StoreChange stored = change; // in the store alone, and so readable here
    stored.connections = stored.definitions = false;
    changes_.changed(stored);
    remoteChanges_.note(change);
    for (const std::string &connection : change.of)
        delivery_.wake(connection);
    if (change.connections || change.definitions || change.settings || change.events)
        wakeSteps();
}

void Application::announce(const events::Decided &decided) const
{
    for (const std::string &connection : decided.wake)
        tickets_.inserted(connection);
    for (const notify::Notice &notice : decided.notices)
        parts_.notify(notice);
}

void Application::wakeSteps() noexcept
{
    if (areDriven_)
        for (const auto &driver : drivers_)
            driver->wake();
}

void Application::refused(const http::ApiRequest &request, const http::Problem &problem)
{
    refusals_.add(request, problem);
    const auto name = request.parameters.find("source");
    if (name == request.parameters.end())
        return;
    if (const auto source = sources_.find(name->second))
        source->tally->refused += 1;
}

Application::~Application()
{
    for (const auto &driver : drivers_)
        driver->stop();
    stop(clock::RunningClock::now());
    parts_.store->onChange(nullptr);
    parts_.runtime.logins->listener().listen(nullptr); // they may outlive the store, as budgets may
    parts_.runtime.budgets->persistWith(nullptr);
    if (parts_.store->isShared())
        parts_.runtime.budgets->shareWith(
            [](const std::vector<net::BudgetVisit> &) -> std::optional<std::chrono::milliseconds> {
                throw std::runtime_error("psa-host is shutting down");
            });
}

/// The store's canaries must open with the given keys; missing ones are added.
void Application::checkKeys()
{
    const auto [canaries, connections, ids] = parts_.store->read([&](const store::StoreReader &reader) {
        return std::tuple(reader.value(secrets::canaryPlace).value_or(""), reader.connections(), keyIdsIn(reader));
    });
    const bool sealedRows =
        !ids.empty() || std::any_of(connections.begin(), connections.end(),
                                    [](const store::StoredConnection &each) { return !each.sealedDataKey.empty(); });
    const secrets::KeyRing *keys = parts_.keys ? &*parts_.keys : nullptr;
    const std::string wanted = psa::secrets::checkKeys(keys, parts_.random, canaries, sealedRows);
    if (wanted != canaries)
        parts_.store->write([&](store::StoreWriter &writer) { writer.putValue(secrets::canaryPlace, wanted); });
}

api::HostActions Application::actions()
{
    api::HostActions actions;
    actions.backup = [this](const std::filesystem::path &file, const std::string &who) { backUp(file, who); };
    actions.keys = [this] {
        api::HostActions::Keys keys;
        keys.active = parts_.keys ? parts_.keys->active().id : "";
        const auto needed = parts_.store->read([](const store::StoreReader &reader) { return keyIdsIn(reader); });
        keys.needed.assign(needed.begin(), needed.end());
        return keys;
    };
    actions.reloadPlugins = [this](const std::string &who) { return reloadPlugins(who); };
    actions.rotateKeys = [this](const std::string &who) { return rotateKeys(who); };
    return actions;
}

std::vector<connection::Connections::Swapped> Application::reloadPlugins(const std::string &who)
{
    if (!parts_.loadPlugins)
        return {};
    const std::lock_guard reloading(reloading_);
    plugins_.replace(parts_.loadPlugins());
    parts_.store->write(
        [&](store::StoreWriter &writer) { writer.appendAudit(entryOf(who, "plugin.reload", "all plugins")); });
    auto swapped = connections_.followPlugins(who);
    for (const auto &each : swapped)
        if (each.trouble.empty())
            parts_.log("The connection " + each.connection + " uses " + each.to + " from now on.");
        else
            parts_.notify({"plugin.not-swapped",
                           each.connection,
                           {},
                           "",
                           "plugin",
                           "The connection " + each.connection + " stays with " +
                               (each.from.empty() ? "no plugin" : each.from) + ": " + each.trouble});
    return swapped;
}

api::HostActions::Rotated Application::rotateKeys(const std::string &who)
{
    if (!parts_.keys)
        throw secrets::SealError("psa-host has no master key. Generate one with: psa-host keys generate");
    const api::HostActions::Rotated rotated{connections_.rotateKeys(who), sources_.rotateKeys(who)};
    notifySettings_.rewrap();
    parts_.store->write([&](store::StoreWriter &writer) {
        writer.putValue(
            secrets::canaryPlace,
            secrets::retireCanaries(*parts_.keys, writer.value(secrets::canaryPlace).value_or(""), keyIdsIn(writer)));
    });
    return rotated;
}

void Application::backUp(const std::filesystem::path &file, const std::string &who)
{
    struct Counted
    {
        std::atomic<int> &count;
        explicit Counted(std::atomic<int> &of) : count(of) { ++count; }
        ~Counted() { --count; }
        Counted(const Counted &) = delete;
        Counted &operator=(const Counted &) = delete;
    };
    {
        const Counted counted(backups_);
        parts_.store->backup(file);
    }
    noteBackup(who, file.string());
}

std::string Application::stuck(const std::string &other) const
{
    if (backups_ > 0)
        return {};
    if (!other.empty())
        return other;
    for (const auto &driver : drivers_)
        if (std::string text = driver->stuck(); !text.empty())
            return text;
    if (std::string text = leaseSteps_ ? leaseSteps_->stuck() : ""; !text.empty())
        return text;
    return delivery_.stuck(parts_.delivery.policy.callTime);
}

/// The backup already exists: a failure to write the audit entry does not make it fail.
void Application::noteBackup(const std::string &who, const std::string &file) const
try
{
    parts_.store->write([&](store::StoreWriter &writer) { writer.appendAudit(entryOf(who, "store.backup", file)); });
}
catch (const store::StoreError &error)
{
    parts_.log("The audit log has no entry for the backup " + file + ", which is complete: " + error.what());
}

/// A connection was loaded, was changed, or has passed a test; the last two end any pause, except for credentials that
/// are rejected and unchanged.
void Application::ready(const connection::Connections::Live &live)
{
    const store::StoredConnection &stored = live->stored;
    connection::Login &login = live->connection->login();
    const bool first = !loaded_;
    const bool isElsewhere = parts_.store->isShared() && !delivery_.status(stored.name);
    if (first)
        delivery::restoreLogin(login, stored.breakerJson);
    else if (const auto refusal = login.refusal())
        keepRefusal(stored.name, *refusal);
    else if ((!delivers_ || isElsewhere || !stored.breakerJson.empty()) && !isFollowing())
        delivery::endPause(*parts_.store, stored.name); // a queue on another host follows it
    if (!delivers_)
        return;
    if (isElsewhere)
        return wakeLeases(); // it may be this host's to work
    delivery_.attach(live->connection, policyFor(parts_.delivery, *live->plugin),
                     std::min(live->plugin->maxInstances, maxWorkers), first ? stored.breakerJson : "");
}

/// The PSA has rejected credentials, or a test has found them valid again: that applies to every connection with them.
void Application::follow(const connection::Login &login)
{
    const auto refusal = login.refusal();
    for (const connection::Connections::Live &live : connections_.all())
    {
        const std::string &name = live->stored.name;
        if (!live->connection || &live->connection->login() != &login)
            continue;
        if (!refusal)
            ready(live);
        else if (delivery_.status(name))
            delivery_.followLogin(name);
        else
            keepRefusal(name, *refusal);
    }
}

void Application::keepRefusal(const std::string &connection, const connection::Login::Refusal &refusal) const
try
{
    parts_.store->write(
        [&](store::StoreWriter &writer) { delivery::storePause(writer, connection, delivery::toDocument(refusal)); });
}
catch (const store::StoreError &error)
{
    // This process knows it; after a restart the next one would sign in once more.
    parts_.log("The state that the PSA rejects the credentials of " + connection +
               " could not be stored: " + error.what());
}

/// The status of its queue, or, without one, what it would be.
delivery::QueueStatus Application::statusOf(const connection::LiveConnection &live) const
{
    if (const auto status = delivery_.status(live.stored.name))
        return *status;
    if (!live.plugin)
        return {};
    const auto stored =
        parts_.store->read([&](const store::StoreReader &reader) { return reader.connection(live.stored.name); });
    delivery::Breaker breaker(policyFor(parts_.delivery, *live.plugin));
    delivery::restoreBreaker(breaker, stored ? stored->breakerJson : "", parts_.runtime.clock->now());
    delivery::QueueStatus status{breaker.state(), breaker.reason(), 0, {}, breaker.since()};
    // What is open is looked up by the next command, or another host handles it.
    status.delivers = parts_.delivery.policy.once || fleet_;
    return status;
}

bool Application::isIdle()
{
    // A consistent snapshot: the result of a lookup is either in the counts or the ticket is still open.
    struct Seen
    {
        std::vector<store::ConnectionCounts> counts;
        std::vector<std::string> open;
    };
    const Seen seen = parts_.store->read([](const store::StoreReader &reader) {
        Seen now{reader.counts(), {}};
        for (const store::ConnectionCounts &each : now.counts)
            if (!reader.ticketsToReconcile(each.connection, 1).empty() || updatesMove(reader, each))
                now.open.push_back(each.connection);
        return now;
    });
    for (const store::ConnectionCounts &each : seen.counts)
    {
        const auto status = delivery_.status(each.connection);
        if (!status || status->pause != delivery::Pause::none)
            continue; // nothing there makes progress without a human
        if (std::find(seen.open.begin(), seen.open.end(), each.connection) != seen.open.end())
            return false;
        if (std::any_of(ticket::allTicketStates.begin(), ticket::allTicketStates.end(),
                        [&](ticket::TicketState state) { return !ticket::isSettled(state) && each.in(state) > 0; }))
            return false;
    }
    return true;
}

bool Application::tidyUp(const store::StoreConfig &config)
try
{
    const auto held = holding(store::retentionDuty);
    if (parts_.store->isShared() && !(held && fleet_->works(store::retentionDuty)))
        return false;
    const auto isDue = [](const store::StoreReader &reader) {
        return store::isDue(dutyIn(reader, store::retentionDuty.of), reader.now(), tidyEvery);
    };
    if (!parts_.store->read(isDue))
        return false;
    const clock::Clock::Wall now = parts_.runtime.clock->wallNow();
    return parts_.store->write([&](store::StoreWriter &writer) {
        if (held)
            held->require(writer);
        if (!isDue(writer))
            return false;
        auto duty = dutyIn(writer, store::retentionDuty.of);
        const std::string owner = held ? held->owner : "";
        if (!duty || duty->owner != owner || (duty->ended && *duty->ended >= duty->began))
            duty = {store::retentionDuty.of, owner, parts_.hostName, writer.now(), duty ? duty->ended : std::nullopt};
        const bool more = deleteExpired(writer, config, now);
        if (!more)
            duty->ended = writer.now();
        writer.saveDuty(*duty);
        return more;
    });
}
catch (const store::StoreError &error)
{
    if (error.kind == store::StoreError::Kind::leaseLost)
        return false;
    throw;
}

void Application::listensAt(const std::string &address)
{
    if (!fleet_)
        return;
    fleet_->listensAt(address);
    wakeLeases();
}

void Application::beginStop()
{
    isStopping_ = true;
    if (!fleet_)
        return;
    fleet_->drain();
    wakeLeases();
}

void Application::stop(clock::RunningClock::time_point until)
{
    beginStop();
    if (!leaseSteps_ || stopped_)
        return delivery_.stop(until);
    stopped_ = true;
    constexpr std::chrono::milliseconds poll{10};
    while (!heldWork_->isIdle() && clock::RunningClock::now() < until)
        std::this_thread::sleep_for(poll);
    leaseSteps_->stop();
    delivery_.stop(until);
    heldWork_->finish();
}

// Several hosts share the store.

void Application::shareWork()
{
    parts_.runtime.budgets->shareWith(fleet::visitorThrough(*parts_.store));
    if (!delivers_)
        return;
    fleet_ = std::make_unique<fleet::Fleet>(fleet::Fleet::Parts{
        *parts_.store, parts_.runtime.clock, secrets::randomHex(parts_.random, 16), parts_.hostName, PSA_HOST_VERSION,
        [this] { return fleetWork(); }, below(parts_.random), parts_.log, parts_.leaseTimes});
    heldWork_ = std::make_unique<HeldWork>(heldWorkParts());
    parts_.runtime.budgets->persistWith([this](const net::BudgetSnapshot &snapshot) {
        try
        {
            HeldWork::persist(*parts_.store, *fleet_, snapshot);
        }
        catch (const store::StoreError &)
        {
            wakeLeases();
            throw;
        }
    });
}

void Application::startFleet()
{
    const auto step = [this]() -> std::optional<std::chrono::milliseconds> { return heldWork_->step(); };
    leaseSteps_ =
        std::make_unique<StepDriver>("The thread of leases", std::vector<StepDriver::Step>{step}, parts_.warn);
    leaseWaker_ = leaseSteps_.get();
}

HeldWork::Parts Application::heldWorkParts()
{
    return {*parts_.store,
            *fleet_,
            *parts_.runtime.budgets,
            parts_.runtime.clock,
            [this](const std::string &name) {
                const connection::Connections::Live live = connections_.find(name);
                return live && live->connection ? std::optional(live->connection->budgetGroups()) : std::nullopt;
            },
            [this](const std::string &) { return parts_.delivery.policy.callTime; },
            [this](const std::string &name, const fleet::Holding &holding) { startQueue(name, holding); },
            [this](const std::string &name, bool cancel) { delivery_.beginStop(name, cancel); },
            [this](const std::string &name) { return delivery_.status(name).has_value(); },
            [this](const std::string &name) { return delivery_.removeStopped(name); },
            [this] { wakeSteps(); },
            parts_.log};
}

void Application::startQueue(const std::string &connection, const fleet::Holding &holding)
{
    const connection::Connections::Live live = connections_.find(connection);
    const auto stored =
        parts_.store->read([&](const store::StoreReader &reader) { return reader.connection(connection); });
    if (!live || !live->connection || !stored)
        return;
    delivery::restoreLogin(live->connection->login(), stored->breakerJson);
    delivery_.attach(live->connection, policyFor(parts_.delivery, *live->plugin),
                     std::min(live->plugin->maxInstances, maxWorkers), stored->breakerJson, holding);
}

/// What there is to work, as this host sees it: connections that share limits belong together.
fleet::Fleet::Work Application::fleetWork() const
{
    fleet::Fleet::Work work;
    for (const plugin::LoadReport &each : plugins_.reports())
        if (each.plugin)
            work.offers.plugins.push_back(each.plugin->build());
    std::vector<std::set<store::LeaseName>> connections;
    for (const connection::Connections::Live &live : connections_.all())
    {
        std::set<store::LeaseName> names{{store::LeaseKind::connection, live->stored.name}};
        if (!live->connection)
            work.offers.cannot.insert(*names.begin());
        else
            for (const std::string &group : live->connection->budgetGroups())
                names.insert(fleet::leaseOf(group));
        connections.push_back(std::move(names));
    }
    work.items = fleet::itemsOf(std::move(connections));
    for (const events::Sources::Live &each : sources_.all())
    {
        const store::LeaseName name = store::sourceLease(each->stored.id);
        work.items.push_back({{name}});
        if (!each->trouble.empty())
            work.offers.cannot.insert(name);
    }
    for (const store::LeaseName &duty : {store::retentionDuty, store::removedSourcesDuty})
        work.items.push_back({{duty}});
    return work;
}

std::optional<fleet::Holding> Application::holding(const store::LeaseName &name) const
{
    return fleet_ ? fleet_->holding(name) : std::nullopt;
}

/// holding(); null where this host needs no leases.
std::function<std::optional<fleet::Holding>(const store::LeaseName &)> Application::holdings() const
{
    if (!parts_.store->isShared())
        return nullptr;
    return [this](const store::LeaseName &name) { return holding(name); };
}

/// Besides what a connection itself shows, a test or change at another host may have ended a pause.
void Application::followConnections()
{
    struct Ending
    {
        std::atomic<std::thread::id> &following;
        ~Ending() { following = std::thread::id(); }
    };
    following_ = std::this_thread::get_id();
    const Ending ending{following_};
    connections_.follow();
    for (const store::StoredConnection &stored :
         parts_.store->read([](const store::StoreReader &reader) { return reader.connections(); }))
        if (const connection::Connections::Live live = connections_.find(stored.name); live && live->connection)
            followPause(live, stored);
    wakeLeases();
}

void Application::followPause(const connection::Connections::Live &live, const store::StoredConnection &stored)
{
    connection::Login &login = live->connection->login();
    if (const auto test = connection::testFrom(stored.testJson))
        login.tested(*test);
    if (!stored.breakerJson.empty())
        return delivery::restoreLogin(login, stored.breakerJson);
    const auto status = delivery_.status(stored.name);
    if (status && !login.refusal() &&
        (status->pause == delivery::Pause::auth || status->pause == delivery::Pause::permission))
        ready(live);
}

void Application::wakeLeases() noexcept
{
    if (StepDriver *driver = leaseWaker_)
        driver->wake();
}

} // namespace psa::run
