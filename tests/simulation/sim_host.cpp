#include "tests/simulation/sim_host.h"

#include "host/fleet/budget_visits.h"
#include "host/net/https_url.h"
#include "tests/simulation/alert_text.h"
#include "tests/simulation/sim_plugin.h"
#include "tests/unit/secrets/keys.h"

namespace psa::simulation {
namespace {

using namespace psa::connection;
using namespace psa::delivery;
using namespace psa::events;
using namespace psa::fleet;
using namespace psa::store;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr int workersOfQueue = 2;
/// How often the background looks whether something is due; the program looks every second.
constexpr milliseconds lookEvery = 5s;
constexpr FleetTimes leaseTimes{40s, 10s, 4s, 500ms, std::chrono::minutes(10)};

/// Requests of one host to the PSA.
class Network final : public net::Transport
{
public:
    Network(PsaModel &psa, int host) : psa_(psa), host_(host) {}

    net::HttpResponse exchange(const net::HttpsUrl &url, const net::HttpRequest &request,
                               const net::Stop &stop) override
    {
        return psa_.exchange(host_, url.host().substr(0, url.host().find('.')), url.target(), request, stop);
    }

private:
    PsaModel &psa_;
    const int host_;
};

DeliveryPolicy policy()
{
    DeliveryPolicy policy;
    policy.callTime = SimHost::callTime;
    policy.retryCap = 60s;
    policy.giveUpAfter = std::chrono::hours(3);
    policy.maxReconciliation = 20s;
    policy.quietPeriod = PsaModel::ticketQuiet;
    policy.noteQuietPeriod = PsaModel::noteQuiet;
    return policy;
}

} // namespace

SimHost::SimHost(const HostParts &parts, int number, std::uint64_t seed)
    : parts_(parts), number_(number), random_(seed),
      clock_(std::make_shared<HostClock>(parts_.time, random_.between(-5000, 5000),
                                         milliseconds(random_.between(-400, 400)))),
      bytes_([this](unsigned char *bytes, std::size_t size) {
          for (std::size_t i = 0; i < size; ++i)
              bytes[i] = static_cast<unsigned char>(random_.below(256));
      }),
      keys_(test::masterKey("key-1", '1')), store_(parts_.database, number), runtime_(runtimeOf()),
      connections_(connectionParts()), definitions_({store_, connections_, bytes_}),
      sources_({store_, &keys_, bytes_, [](const std::string &) { return std::string(); },
                [this](const std::string &line) { parts_.log(number_, line); }, [this] { wakeSteps(); }}),
      tickets_(ticketParts()), decisions_(connections_, tickets_, [this] { return definitions_.current(); }),
      fleet_(fleetParts()), intake_(intakeParts()), eventSteps_(eventParts()), heldWork_(heldWorkParts()),
      remoteChanges_(remoteParts())
{
    runtime_.budgets->shareWith(visitorThrough(store_));
    runtime_.budgets->persistWith(
        [this](const net::BudgetSnapshot &spent) { run::HeldWork::persist(store_, fleet_, spent); });
    store_.onChange([this](const StoreChange &change) { changed(change); });
    connections_.load();
    definitions_.load();
    sources_.load();
}

SimHost::~SimHost()
{
    store_.onChange(nullptr);
}

ConnectionRuntime SimHost::runtimeOf()
{
    ConnectionRuntime runtime;
    runtime.clock = clock_;
    runtime.budgets = std::make_shared<net::BudgetRegistry>(clock_);
    runtime.quotaShare = 1;
    runtime.logins = std::make_shared<LoginRegistry>(clock_);
    runtime.transport = [network = std::make_shared<Network>(parts_.psa, number_)](const auto &) { return network; };
    runtime.instances = [psa = &parts_.psa](const auto &plugin, const std::string &configuration) {
        return simulatedInstances(plugin, configuration, [psa](const auto &site) { return psa->pluginDies(site); });
    };
    return runtime;
}

Connections::Parts SimHost::connectionParts()
{
    return {store_,
            runtime_,
            &keys_,
            bytes_,
            [this](const std::string &) {
                return plugin::BuildChoice{plugin::BuildChoice::Kind::one, parts_.plugin, ""};
            },
            nullptr,
            [](const Connections::Live &) {},
            [](const std::string &) {}};
}

service::TicketServiceParts SimHost::ticketParts()
{
    return {store_,
            connections_,
            changes_,
            clock_,
            bytes_,
            [this](const std::string &name) { wake(name); },
            [this](const LiveConnection &live) {
                const auto at = queues_.find(live.stored.name);
                return at == queues_.end() ? QueueStatus{} : at->second->queue->status();
            }};
}

Intake::Parts SimHost::intakeParts()
{
    return {store_,
            sources_,
            [](const SourceSettings &, const RawDelivery &delivery) { return readBody(delivery.body); },
            [this](StoreWriter &writer, const Arrival &arrival, const std::vector<Event> &events) {
                return decisions_.decide(writer, arrival, events);
            },
            [](const SourceSettings &, const Event &, Instant) { return Poco::JSON::Object::Ptr(); },
            clock_,
            bytes_,
            [this](const Decided &decided) { announce(decided); },
            [this] { wakeSteps(); },
            holdings()};
}

EventSteps::Parts SimHost::eventParts()
{
    return {store_,
            decisions_,
            clock_,
            [this] {
                std::vector<std::shared_ptr<const SourceSettings>> all;
                for (const Sources::Live &each : sources_.all())
                    all.emplace_back(each, &each->settings);
                return all;
            },
            [this](const Decided &decided) { announce(decided); },
            holdings()};
}

Fleet::Parts SimHost::fleetParts()
{
    return {store_,
            clock_,
            secrets::randomHex(bytes_, 8),
            "host" + std::to_string(number_),
            "0",
            [this] { return work(); },
            [this](std::uint64_t limit) { return random_.below(limit); },
            [this](const std::string &line) { parts_.log(number_, line); },
            leaseTimes};
}

run::HeldWork::Parts SimHost::heldWorkParts()
{
    return {store_,
            fleet_,
            *runtime_.budgets,
            clock_,
            [this](const std::string &name) {
                const Connections::Live live = connections_.find(name);
                return live && live->connection ? std::optional(live->connection->budgetGroups()) : std::nullopt;
            },
            [](const std::string &) { return callTime; },
            [this](const std::string &name, const Holding &holding) { startQueue(name, holding); },
            [this](const std::string &name, bool cancel) {
                const auto at = queues_.find(name);
                if (at == queues_.end())
                    return;
                at->second->queue->stop();
                if (cancel)
                    at->second->queue->cancelAll();
                parts_.time.ring(*at->second->bell);
            },
            [this](const std::string &name) { return queues_.contains(name); },
            [this](const std::string &name) {
                const auto at = queues_.find(name);
                if (at != queues_.end() && at->second->workers > 0)
                    return false;
                queues_.erase(name);
                return true;
            },
            [this] { wakeSteps(); },
            [this](const std::string &line) { parts_.log(number_, line); }};
}

run::RemoteChanges::Parts SimHost::remoteParts()
{
    return {[this] {
                connections_.follow();
                parts_.time.ring(leaseBell_);
            },
            [this] {
                definitions_.load();
                sources_.load();
            },
            [] {}, [](Store::CaughtUp done) { done(true); }};
}

/// As run::Application does it.
Fleet::Work SimHost::work() const
{
    Fleet::Work work;
    work.offers.plugins.push_back(parts_.plugin->build());
    std::vector<std::set<LeaseName>> connections;
    for (const Connections::Live &live : connections_.all())
    {
        std::set<LeaseName> names{{LeaseKind::connection, live->stored.name}};
        for (const std::string &group : live->connection->budgetGroups())
            names.insert(leaseOf(group));
        connections.push_back(std::move(names));
    }
    work.items = itemsOf(std::move(connections));
    for (const Sources::Live &each : sources_.all())
        work.items.push_back({{sourceLease(each->stored.id)}});
    return work;
}

std::function<std::optional<Holding>(const LeaseName &)> SimHost::holdings()
{
    return [this](const LeaseName &name) { return fleet_.holding(name); };
}

void SimHost::start()
{
    step("leases", leaseBell_, [this] { return std::optional(heldWork_.step()); });
    step("events", stepsBell_, [this] {
        auto next = intake_.step();
        const auto ofEpisodes = eventSteps_.run() ? 0ms : milliseconds(lookEvery);
        return std::optional(next ? std::min(*next, ofEpisodes) : ofEpisodes);
    });
    step("changes", remoteBell_, [this] {
        remoteChanges_.followSettings();
        return remoteChanges_.followWork();
    });
}

void SimHost::drain()
{
    fleet_.drain();
    parts_.time.ring(leaseBell_);
}

/// As run::StepDriver does it.
void SimHost::step(const char *name, Scheduler::Bell &bell, const std::function<std::optional<milliseconds>()> &step)
{
    parts_.time.start(number_, "host" + std::to_string(number_) + " " + name, [this, &bell, step] {
        for (;;)
        {
            const std::uint64_t seen = bell.rings();
            std::optional<milliseconds> next;
            try
            {
                next = step();
            }
            catch (const StoreError &error)
            {
                parts_.log(number_, std::string("in the background: ") + error.what());
                next = 5s;
            }
            if (next == 1s)
                next = lookEvery; // "nothing is due"
            parts_.time.wait(bell, seen, parts_.time.now() + next.value_or(60s));
        }
    });
}

void SimHost::startQueue(const std::string &connection, const Holding &holding)
{
    const Connections::Live live = connections_.find(connection);
    const auto stored = store_.read([&](const StoreReader &reader) { return reader.connection(connection); });
    if (!live || !stored)
        return;
    restoreLogin(live->connection->login(), stored->breakerJson);
    const auto queue = std::make_shared<Queue>();
    queue->queue = std::make_shared<ConnectionQueue>(
        ConnectionQueueParts{store_, clock_, [this](std::uint64_t limit) { return random_.below(limit); },
                             [](const notify::Notice &) {},
                             [this](const std::string &line) { parts_.log(number_, line); },
                             [this](const char *point) { parts_.point(number_, point); }},
        live->connection, policy(), stored->breakerJson, holding);
    queue->workers = workersOfQueue;
    queues_[connection] = queue;
    for (int i = 1; i <= workersOfQueue; ++i)
        parts_.time.start(number_, "host" + std::to_string(number_) + " " + connection + " worker " + std::to_string(i),
                          [this, queue] { deliver(queue); });
}

/// As run::DeliveryWorkers does it.
void SimHost::deliver(const std::shared_ptr<Queue> &queue)
{
    ConnectionQueue &tickets = *queue->queue;
    std::optional<ConnectionQueue::Done> done;
    for (bool storeFailed = false;;)
    {
        const std::uint64_t seen = queue->bell->rings();
        try
        {
            const auto work = done ? tickets.settleAndClaim(*done) : tickets.claim();
            done.reset();
            storeFailed = false;
            if (work)
            {
                done = tickets.call(*work);
                continue;
            }
            if (tickets.probe() || tickets.readTickets() || tickets.readNames())
                continue;
        }
        catch (const StoreError &)
        {
            storeFailed = true;
        }
        if (!tickets.status().delivers)
            break;
        auto until = clock_->now() + (storeFailed ? 1s : 60s);
        if (!storeFailed)
            until = std::min(until, tickets.wakeAt().value_or(until));
        parts_.time.wait(*queue->bell, storeFailed ? queue->bell->rings() : seen,
                         parts_.time.now() + std::chrono::ceil<SimTime>(until - clock_->now()));
    }
    --queue->workers;
    parts_.time.ring(leaseBell_);
}

void SimHost::changed(const StoreChange &change)
{
    StoreChange stored = change;
    if (change.remote)
        stored.connections = stored.definitions = false;
    changes_.changed(stored);
    if (!change.remote)
        return;
    remoteChanges_.note(change);
    for (const std::string &connection : change.of)
        wake(connection);
    if (change.connections || change.definitions || change.settings || change.events)
        wakeSteps();
}

void SimHost::announce(const Decided &decided)
{
    for (const std::string &connection : decided.wake)
        tickets_.inserted(connection);
}

void SimHost::wake(const std::string &connection)
{
    if (const auto at = queues_.find(connection); at != queues_.end())
        parts_.time.ring(*at->second->bell);
}

void SimHost::wakeSteps()
{
    parts_.time.ring(stepsBell_);
    parts_.time.ring(remoteBell_);
}

} // namespace psa::simulation
