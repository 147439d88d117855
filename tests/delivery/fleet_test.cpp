// Several hosts deliver through one store: real queues, leases and plugins; only the PSA and the clocks are simulated, and
// the steps of the hosts are interleaved by the test.
#include "host/connection/connection.h"
#include "host/delivery/connection_queue.h"
#include "host/fleet/budget_visits.h"
#include "host/run/held_work.h"
#include "host/service/ticket_actions.h"
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/relay.h"
#include "tests/support/manual_clock.h"
#include "tests/support/setting.h"
#include "tests/unit/store/far_store.h"
#include "tests/unit/store/memory_store.h"

#include "host/plugin/loaded_plugin.h"

#include <catch2/catch.hpp>

#include <map>
#include <random>

using namespace psa::delivery;
using namespace psa::fleet;
using namespace psa::net;
using namespace psa::run;
using namespace psa::store;
using namespace psa::test;
using namespace psa::ticket;
using namespace std::chrono_literals;
using psa::connection::Connection;
using psa::connection::ConnectionRuntime;
using psa::connection::ConnectionSettings;
using psa::plugin::PluginLog;

namespace {

DeliveryPolicy policyOfFleet()
{
    DeliveryPolicy policy;
    policy.quietPeriod = 60s;
    return policy;
}

/// One host of the fleet. What it holds in memory is lost when it is destroyed, as by kill -9.
struct DeliveringHost
{
    struct InHand
    {
        ConnectionQueue::Work work;
        std::optional<ConnectionQueue::Done> done; ///< Not stored yet.
    };

    DeliveringHost(const std::shared_ptr<MemoryDisk> &disk, std::shared_ptr<ManualClock> theClock,
                   const std::string &owner, const std::vector<std::string> &names, const std::shared_ptr<FakePsa> &psa)
        : store(openMemoryStore(disk, theClock, true)), clock(std::move(theClock))
    {
        runtime.clock = clock;
        runtime.budgets = std::make_shared<BudgetRegistry>(clock);
        runtime.budgets->shareWith(visitorThrough(store));
        for (const std::string &name : names)
            connections[name] = connect(name, psa);
        fleet = std::make_unique<Fleet>(Fleet::Parts{store, clock, owner, "host", "0.2.0", [this] { return work(); },
                                                     [](std::uint64_t limit) { return limit / 2; },
                                                     [this](const std::string &line) { log.push_back(line); }});
        runtime.budgets->persistWith([this](const BudgetSnapshot &spent) { HeldWork::persist(store, *fleet, spent); });
        held = std::make_unique<HeldWork>(parts());
    }

    std::shared_ptr<Connection> connect(const std::string &name, const std::shared_ptr<FakePsa> &psa) const
    {
        Poco::JSON::Object::Ptr values = new Poco::JSON::Object;
        values->set("report", "honest");
        values->set("key", "a-secret-of-the-test");
        const auto &plugin = relay().plugin;
        return std::make_shared<Connection>(
            runtime, ConnectionSettings{name, plugin, plugin->forms.configuration.check(*values).values}, PluginLog(),
            [psa](const std::shared_ptr<const SecretRegistry> &) { return psa; });
    }

    Fleet::Work work() const
    {
        Fleet::Work work;
        for (const auto &[name, connection] : connections)
            work.items.push_back({{{LeaseKind::connection, name}}});
        return work;
    }

    HeldWork::Parts parts()
    {
        return {store,
                *fleet,
                *runtime.budgets,
                clock,
                [this](const std::string &name) { return std::optional(connections.at(name)->budgetGroups()); },
                [](const std::string &) { return policyOfFleet().callTime; },
                [this](const std::string &name, const Holding &holding) { start(name, holding); },
                [this](const std::string &name, bool) { queues.at(name)->stop(); },
                [this](const std::string &name) { return queues.contains(name); },
                [this](const std::string &name) {
                    if (inHand.contains(name))
                        return false;
                    queues.erase(name);
                    return true;
                },
                [] {},
                [this](const std::string &line) { log.push_back(line); }};
    }

    void start(const std::string &name, const Holding &holding)
    {
        queues[name] = std::make_unique<ConnectionQueue>(
            ConnectionQueueParts{store, clock, [](std::uint64_t limit) { return limit / 2; },
                                 [](const psa::notify::Notice &) {},
                                 [this](const std::string &line) { log.push_back(line); }},
            connections.at(name), policyOfFleet(), "", holding);
    }

    // The steps of a worker.

    bool claim(const std::string &name)
    {
        const auto queue = queues.find(name);
        if (queue == queues.end() || inHand.contains(name))
            return false;
        auto claimed = queue->second->claim();
        if (claimed)
            inHand.emplace(name, InHand{std::move(*claimed), std::nullopt});
        return claimed.has_value();
    }

    bool call(const std::string &name)
    {
        const auto at = inHand.find(name);
        if (at == inHand.end() || at->second.done)
            return false;
        at->second.done = queues.at(name)->call(at->second.work);
        return true;
    }

    bool settle(const std::string &name)
    {
        const auto at = inHand.find(name);
        if (at == inHand.end() || !at->second.done)
            return false;
        queues.at(name)->settle(*at->second.done);
        inHand.erase(at);
        return true;
    }

    bool probe(const std::string &name)
    {
        const auto queue = queues.find(name);
        return queue != queues.end() && queue->second->probe();
    }

    /// Everything that is due now.
    void deliver()
    {
        for (const auto &[name, connection] : connections)
            while (claim(name) || call(name) || settle(name) || probe(name))
            {
            }
    }

    FarStore store;
    std::shared_ptr<ManualClock> clock;
    ConnectionRuntime runtime;
    std::map<std::string, std::shared_ptr<Connection>> connections;
    std::vector<std::string> log;
    std::unique_ptr<Fleet> fleet;
    std::map<std::string, std::unique_ptr<ConnectionQueue>> queues;
    std::map<std::string, InHand> inHand; ///< By connection: each has one worker.
    std::unique_ptr<HeldWork> held;
};

/// All of them share one clock here, as hosts do that take the time from their database.
struct DeliveringFleet
{
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<MemoryDisk> disk = makeMemoryDisk();
    std::unique_ptr<Store> store = openMemoryStore(disk, clock, true);
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();
    std::vector<std::string> names;
    std::vector<std::unique_ptr<DeliveringHost>> hosts;
    int started = 0;

    DeliveringFleet(std::vector<std::string> connections, int count) : names(std::move(connections))
    {
        psa->updates.now = [this] { return clock->now(); };
        for (const std::string &name : names)
            store->write([&](StoreWriter &writer) {
                StoredConnection row;
                row.name = name;
                row.uid = "uid of " + name;
                row.plugin = "com.example.relay";
                row.configurationJson = row.defaultsJson = "{}";
                writer.addConnection(row);
            });
        for (int i = 0; i < count; ++i)
            start();
        for (int i = 0; i < 6; ++i)
            step();
    }

    DeliveringHost &start()
    {
        hosts.push_back(std::make_unique<DeliveringHost>(disk, clock, "owner" + std::to_string(++started), names, psa));
        return *hosts.back();
    }

    /// Leases of all hosts, and some time.
    void step(std::chrono::milliseconds by = 2500ms)
    {
        for (const auto &each : hosts)
            each->held->step();
        clock->advance(by);
    }

    std::int64_t submit(const std::string &connection, const std::string &reference) const
    {
        NewTicket row;
        row.connection = connection;
        row.reference = reference;
        row.fingerprint = "f";
        row.requestJson = R"({"title":"x"})";
        row.ticketJson = R"({"version":1,"title":"x","fields":{}})";
        return store->write([&](StoreWriter &writer) { return psa::service::insertTicket(writer, row).ticket.id; });
    }

    StoredTicket ticket(std::int64_t id) const
    {
        return store->read([&](const StoreReader &reader) { return reader.ticket(id).value(); });
    }
    std::string state(std::int64_t id) const { return toText(ticket(id).state); }

    DeliveringHost &holderOf(const std::string &connection)
    {
        for (const auto &each : hosts)
            if (each->queues.contains(connection) && each->fleet->works({LeaseKind::connection, connection}))
                return *each;
        throw std::logic_error("no host works " + connection);
    }
    bool isWorked(const std::string &connection)
    {
        return std::any_of(hosts.begin(), hosts.end(), [&](const auto &each) {
            return each->queues.contains(connection) && each->fleet->works({LeaseKind::connection, connection});
        });
    }

    void kill(const DeliveringHost &host)
    {
        std::erase_if(hosts, [&](const auto &each) { return each.get() == &host; });
    }
};

} // namespace

TEST_CASE("a ticket is sent by the host that has the lease, and by no other", "[fleet]")
{
    DeliveringFleet fleet({"a", "b"}, 2);
    DeliveringHost &one = fleet.holderOf("a");
    DeliveringHost &two = fleet.holderOf("b");
    REQUIRE(&one != &two);
    const auto first = fleet.submit("a", "REF1");
    two.deliver();
    CHECK(fleet.state(first) == "ready");
    one.deliver();
    CHECK(fleet.state(first) == "done");
    CHECK(fleet.psa->creates() == 1);
}

TEST_CASE("ready tickets of a killed host are sent by another within fifteen seconds", "[fleet]")
{
    DeliveringFleet fleet({"a"}, 2);
    const auto id = fleet.submit("a", "REF1");
    fleet.kill(fleet.holderOf("a"));
    auto waited = 0ms;
    for (; fleet.state(id) != "done" && waited < 30s; waited += 250ms)
    {
        fleet.step(250ms);
        fleet.hosts.front()->deliver();
    }
    CHECK(fleet.state(id) == "done");
    CHECK(waited <= 15s);
    CHECK(fleet.psa->creates() == 1);
}

TEST_CASE("what a killed host was sending is found by its reference, and not sent again", "[fleet]")
{
    DeliveringFleet fleet({"a"}, 2);
    const auto id = fleet.submit("a", "REF1");
    DeliveringHost &one = fleet.holderOf("a");
    REQUIRE(one.claim("a"));
    REQUIRE(one.call("a")); // the PSA has it, and the host does not live to say so
    const auto killed = fleet.clock->wallNow();
    fleet.kill(one);
    for (int i = 0; i < 6; ++i)
        fleet.step();
    DeliveringHost &two = fleet.holderOf("a");
    two.deliver();
    // Only when a call of the other host must have ended is an absent ticket a sign.
    CHECK(fleet.state(id) == "unknown");
    CHECK(fleet.ticket(id).due >= killed + policyOfFleet().callTime);
    for (int i = 0; i < 60 && fleet.state(id) != "done"; ++i)
    {
        fleet.step();
        two.deliver();
    }
    CHECK(fleet.state(id) == "done");
    CHECK(fleet.ticket(id).outcome.recovered);
    CHECK(fleet.psa->creates() == 1);
}

TEST_CASE("a ticket does not stay in sending when the commit of its claim was in doubt", "[fleet]")
{
    DeliveringFleet fleet({"a"}, 1);
    const auto id = fleet.submit("a", "REF1");
    DeliveringHost &one = fleet.holderOf("a");
    one.store.losesCommits = true;
    CHECK_THROWS_AS(one.claim("a"), StoreError);
    one.store.losesCommits = false;
    REQUIRE(fleet.state(id) == "sending");
    CHECK_FALSE(one.claim("a"));
    CHECK(fleet.state(id) == "unknown");
    for (int i = 0; i < 120 && fleet.state(id) != "done"; ++i)
    {
        fleet.step();
        one.deliver();
    }
    CHECK(fleet.state(id) == "done");
    CHECK(fleet.psa->creates() == 1);
}

TEST_CASE("a host that was stopped after its claim sends nothing once its lease has ended", "[fleet]")
{
    DeliveringFleet fleet({"a"}, 2);
    const auto id = fleet.submit("a", "REF1");
    DeliveringHost &one = fleet.holderOf("a");
    REQUIRE(one.claim("a"));
    DeliveringHost &two = *fleet.hosts.at(fleet.hosts.front().get() == &one ? 1 : 0);
    // SIGSTOP: the other host goes on.
    for (int i = 0; i < 6; ++i)
    {
        two.held->step();
        fleet.clock->advance(2500ms);
    }
    REQUIRE(two.queues.contains("a"));
    // SIGCONT: it goes on where it was, before it looks at its lease.
    REQUIRE(one.call("a"));
    CHECK(fleet.psa->creates() == 0);
    REQUIRE(one.settle("a"));
    CHECK(fleet.state(id) == "unknown"); // its late result does not count
    CHECK_FALSE(one.claim("a"));
    for (int i = 0; i < 120 && fleet.state(id) != "done"; ++i)
    {
        fleet.step();
        two.deliver();
        one.deliver();
    }
    CHECK(fleet.state(id) == "done");
    CHECK(fleet.psa->creates() == 1);
    CHECK(one.queues.empty());
}

TEST_CASE("an orderly hand-over waits for the call in progress, and moves the rest at once", "[fleet]")
{
    DeliveringFleet fleet({"a"}, 2);
    const auto first = fleet.submit("a", "REF1");
    const auto second = fleet.submit("a", "REF2");
    DeliveringHost &one = fleet.holderOf("a");
    DeliveringHost &two = *fleet.hosts.at(fleet.hosts.front().get() == &one ? 1 : 0);
    REQUIRE(one.claim("a"));
    one.fleet->drain();
    for (int i = 0; i < 8; ++i)
        fleet.step();
    CHECK(two.queues.empty());
    REQUIRE(one.call("a"));
    REQUIRE(one.settle("a"));
    CHECK(fleet.state(first) == "done");
    CHECK_FALSE(one.claim("a"));
    for (int i = 0; i < 5; ++i)
        fleet.step(1s); // no lease has to end
    REQUIRE(two.queues.contains("a"));
    two.deliver();
    CHECK(fleet.state(second) == "done");
    CHECK(fleet.psa->creates() == 2);
    CHECK(fleet.psa->reads() == 0); // nothing was in doubt
    CHECK(one.held->isIdle());
}

TEST_CASE("a host that cannot reach its store sends nothing after its lease, and its result is not lost", "[fleet]")
{
    DeliveringFleet fleet({"a"}, 1);
    const auto first = fleet.submit("a", "REF1");
    DeliveringHost &one = *fleet.hosts.front();
    REQUIRE(one.claim("a"));
    REQUIRE(one.call("a"));
    one.store.reachable = false;
    CHECK_THROWS_AS(one.settle("a"), StoreError);
    fleet.step();
    CHECK_THROWS_AS(one.settle("a"), StoreError);
    one.store.reachable = true;
    fleet.step();
    REQUIRE(one.settle("a"));
    CHECK(fleet.state(first) == "done");
    // For longer than the lease: nothing leaves, and nothing is thrown away.
    const auto second = fleet.submit("a", "REF2");
    REQUIRE(one.claim("a"));
    one.store.reachable = false;
    for (int i = 0; i < 6; ++i)
        fleet.step();
    REQUIRE(one.call("a"));
    CHECK(fleet.psa->creates() == 1);
    CHECK_THROWS_AS(one.settle("a"), StoreError);
    one.store.reachable = true;
    for (int i = 0; i < 120 && fleet.state(second) != "done"; ++i)
    {
        fleet.step();
        one.deliver();
    }
    CHECK(fleet.state(second) == "done");
    CHECK(fleet.psa->creates() == 2);
}

TEST_CASE("whatever happens to the hosts, each ticket is created once", "[fleet]")
{
    const int seed = GENERATE(range(1, 1 + psa::test::setting("PSA_FLEET_RUNS", 6)));
    CAPTURE(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto chance = [&](unsigned in) { return random() % in == 0; };
    DeliveringFleet fleet({"a", "b", "c", "d"}, 3);
    fleet.psa->fate = [&](const std::string &) {
        FakePsa::Fate fate;
        fate.answers = !chance(6);
        fate.leaves = !chance(8);
        fate.commits = fate.leaves;
        return fate;
    };
    std::vector<std::int64_t> ids;
    std::map<const DeliveringHost *, int> stopped; ///< For how many rounds it does not run.
    for (int round = 0; round < 400; ++round)
    {
        if (ids.size() < 60 && chance(4))
            ids.push_back(fleet.submit(fleet.names.at(random() % 4), "REF" + std::to_string(ids.size())));
        for (std::size_t i = 0; i < fleet.hosts.size(); ++i)
        {
            DeliveringHost &host = *fleet.hosts.at(random() % fleet.hosts.size());
            if (stopped[&host]-- > 0)
                continue;
            try
            {
                if (chance(2))
                    host.held->step();
                const std::string &name = fleet.names.at(random() % 4);
                if (chance(3) ? host.settle(name) : chance(2) ? host.call(name) : host.claim(name))
                    continue;
                host.call(name);
                host.settle(name);
            }
            catch (const StoreError &)
            {
            }
        }
        DeliveringHost &some = *fleet.hosts.at(random() % fleet.hosts.size());
        if (chance(60))
            stopped[&some] = 6 + static_cast<int>(random() % 40);
        if (chance(40))
            some.store.reachable = !some.store.reachable;
        if (chance(100))
            some.fleet->drain();
        if (chance(60))
        {
            stopped.erase(&some);
            fleet.kill(some);
            fleet.start();
        }
        fleet.clock->advance(std::chrono::milliseconds(random() % 2000));
    }
    for (const auto &each : fleet.hosts)
        each->store.reachable = true;
    fleet.start();
    const auto areDone = [&] {
        return std::all_of(ids.begin(), ids.end(), [&](auto id) { return fleet.state(id) == "done"; });
    };
    for (int i = 0; i < 3000 && !areDone(); ++i)
    {
        fleet.step();
        for (const auto &each : fleet.hosts)
            each->deliver();
    }
    for (const auto id : ids)
        CHECK(fleet.state(id) == "done");
    CHECK(fleet.psa->counts().size() == ids.size());
    for (const auto &[reference, count] : fleet.psa->counts())
        CHECK(count == 1);
}
