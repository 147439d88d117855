// Which host handles what: the pure plan.
#include "host/fleet/share.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

using namespace psa::fleet;
using namespace psa::store;
using namespace std::chrono_literals;
using psa::clock::Clock;

namespace {

const Clock::Wall start(1000h * 24);

LeaseName connection(const std::string &name)
{
    return {LeaseKind::connection, name};
}

/// A simulated fleet: applies every plan to the leases at once, as the store would.
struct SimulatedFleet
{
    FleetView view{{}, {}, {}, start, 10s};

    void join(const std::string &owner, const Offers &offers = {})
    {
        view.hosts.push_back({owner, "a host", "0.2.0", start, view.now, false, toJson(offers)});
    }

    HostRow &host(const std::string &owner)
    {
        return *std::find_if(view.hosts.begin(), view.hosts.end(),
                             [&](const HostRow &each) { return each.owner == owner; });
    }

    void addConnections(int count)
    {
        for (int i = 0; i < count; ++i)
            view.items.push_back({{connection("c" + std::to_string(100 + i))}});
    }

    LeaseRow &lease(const LeaseName &name)
    {
        const auto at = std::find_if(view.leases.begin(), view.leases.end(),
                                     [&](const LeaseRow &each) { return each.name == name; });
        if (at != view.leases.end())
            return *at;
        view.leases.push_back({name, "", 0, {}});
        return view.leases.back();
    }

    /// One beat of this host. Returns how many leases it took or gave.
    std::size_t beat(const std::string &owner)
    {
        host(owner).seen = view.now;
        for (LeaseRow &each : view.leases)
            if (each.owner == owner)
                each.until = view.now + 10s;
        const Plan now = plan(view, owner);
        for (const Item &item : now.take)
            for (const LeaseName &name : item.names)
            {
                LeaseRow &row = lease(name);
                REQUIRE((row.owner.empty() || row.owner == owner || row.until <= view.now));
                row.owner = owner;
                row.until = view.now + 10s;
            }
        for (const LeaseName &name : now.give)
        {
            REQUIRE(lease(name).owner == owner);
            lease(name).owner.clear();
        }
        return now.take.size() + now.give.size();
    }

    /// Beats of all hosts until nothing changes; returns how many leases changed hands. Fails if it never ends.
    std::size_t settle()
    {
        std::size_t changes = 0;
        for (int round = 0; round < 20; ++round)
        {
            std::size_t now = 0;
            for (const HostRow &each : std::vector(view.hosts))
                now += beat(each.owner);
            changes += now;
            if (now == 0)
                return changes;
            view.now += 2500ms;
        }
        FAIL("the fleet does not come to rest");
        return changes;
    }

    std::map<std::string, int> counts() const
    {
        std::map<std::string, int> all;
        for (const LeaseRow &each : view.leases)
            if (!each.owner.empty() && each.until > view.now)
                ++all[each.owner];
        return all;
    }
};

using Counts = std::map<std::string, int>;

} // namespace

TEST_CASE("connections are spread evenly over the hosts, and moved when hosts come and go", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(7);
    fleet.join("a");
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 7}});
    fleet.join("b");
    CHECK(fleet.settle() == 6); // three were given and taken, no others
    CHECK(fleet.counts() == Counts{{"a", 4}, {"b", 3}});
    fleet.join("c");
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 2}, {"b", 3}, {"c", 2}});
    CHECK(fleet.settle() == 0);
    // One is killed: its leases end, and the others take them.
    fleet.view.hosts.erase(fleet.view.hosts.begin());
    fleet.settle();
    CHECK(fleet.counts()["a"] == 2);
    fleet.view.now += 10s;
    fleet.settle();
    CHECK(fleet.counts()["b"] + fleet.counts()["c"] == 7);
    CHECK(std::abs(fleet.counts()["b"] - fleet.counts()["c"]) == 1);
}

TEST_CASE("a host keeps one connection more than another rather than move it back and forth", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(3);
    fleet.join("a");
    fleet.join("b");
    fleet.settle();
    const Counts before = fleet.counts();
    REQUIRE(before.size() == 2);
    CHECK(fleet.settle() == 0);
    CHECK(fleet.counts() == before);
}

TEST_CASE("work that only some hosts can do never goes to a host without the plugin", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(6);
    Offers without;
    for (int i = 0; i < 4; ++i)
        without.cannot.insert(fleet.view.items.at(static_cast<std::size_t>(i)).names.front());
    fleet.join("a", without);
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 2}}); // the others wait, and nobody throws them away
    fleet.join("b");
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 2}, {"b", 4}});
    // b is lost: what a cannot work stays free, even after the leases have ended.
    fleet.view.hosts.pop_back();
    fleet.view.now += 11s;
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 2}});
    // a loses a plugin that it had: it gives the connection back although nobody else can handle it.
    without.cannot.insert(fleet.view.items.back().names.front());
    fleet.host("a").offersJson = toJson(without);
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 1}});
}

TEST_CASE("items move in a chain where a host cannot handle those that another has too many of", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(6);
    const auto cannot = [&](std::initializer_list<std::size_t> which) {
        Offers offers;
        for (const std::size_t each : which)
            offers.cannot.insert(fleet.view.items.at(each).names.front());
        return offers;
    };
    fleet.join("a");
    fleet.settle();
    fleet.join("b", cannot({0, 1})); // can handle 2 to 5
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 3}, {"b", 3}});
    fleet.host("a").offersJson = toJson(cannot({4, 5}));
    fleet.settle();
    fleet.join("c", cannot({0, 1, 2, 3})); // can work only 4 and 5
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 2}, {"b", 2}, {"c", 2}});
}

TEST_CASE("connections that share limits at their PSA are handled by one host, with the counts", "[fleet]")
{
    SimulatedFleet fleet;
    const LeaseName quota{LeaseKind::quota, "shared x"};
    fleet.view.items = {{{connection("a1"), connection("a2"), connection("a3"), quota}},
                        {{connection("b")}},
                        {{connection("c")}},
                        {{connection("d")}}};
    fleet.join("one");
    fleet.join("two");
    fleet.settle();
    const std::string holder = fleet.lease(quota).owner;
    for (const char *name : {"a1", "a2", "a3"})
        CHECK(fleet.lease(connection(name)).owner == holder);
    // Three against three: the group counts as three connections.
    for (const char *name : {"b", "c", "d"})
        CHECK(fleet.lease(connection(name)).owner != holder);
    // A change of configuration makes b share the limits: it moves to the host of the group.
    fleet.view.items.erase(fleet.view.items.begin() + 1);
    fleet.view.items.front().names = {connection("a1"), connection("a2"), connection("a3"), connection("b"), quota};
    fleet.settle();
    const std::string now = fleet.lease(quota).owner;
    for (const char *name : {"a1", "a2", "a3", "b"})
        CHECK(fleet.lease(connection(name)).owner == now);
}

TEST_CASE("sources, duties and connections are spread separately", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(2);
    fleet.view.items.push_back({{{LeaseKind::source, "1"}}});
    fleet.view.items.push_back({{{LeaseKind::source, "2"}}});
    fleet.view.items.push_back({{{LeaseKind::duty, "retention"}}});
    fleet.join("a");
    fleet.join("b");
    fleet.settle();
    CHECK(fleet.lease({LeaseKind::source, "1"}).owner != fleet.lease({LeaseKind::source, "2"}).owner);
    CHECK(fleet.lease(fleet.view.items[0].names[0]).owner != fleet.lease(fleet.view.items[1].names[0]).owner);
    CHECK(!fleet.lease({LeaseKind::duty, "retention"}).owner.empty());
}

TEST_CASE("a draining host gives everything and takes nothing", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(5);
    fleet.join("a");
    fleet.join("b");
    fleet.settle();
    fleet.host("a").draining = true;
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"b", 5}});
    fleet.host("b").draining = true; // the last one: it does not keep it either
    fleet.settle();
    CHECK(fleet.counts().empty());
}

TEST_CASE("leases on what does not exist any more are given back", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(2);
    fleet.join("a");
    fleet.settle();
    fleet.view.items.pop_back();
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 1}});
}

TEST_CASE("a host with the name of one that was lost is another host", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(2);
    fleet.join("first start");
    fleet.settle();
    // The same name, another owner: it may not use the leases of its predecessor before they end.
    fleet.view.hosts.clear();
    fleet.join("second start");
    fleet.beat("second start");
    CHECK(fleet.counts() == Counts{{"first start", 2}});
    fleet.view.now += 10s;
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"second start", 2}});
}

TEST_CASE("a host whose offers cannot be read is given nothing", "[fleet]")
{
    SimulatedFleet fleet;
    fleet.addConnections(4);
    fleet.join("a");
    fleet.join("b");
    fleet.host("b").offersJson = "{";
    fleet.settle();
    CHECK(fleet.counts() == Counts{{"a", 4}});
}

TEST_CASE("what a host offers survives its document", "[fleet]")
{
    Offers offers;
    offers.plugins = {"com.example.psa@1.0.0"};
    offers.cannot = {{LeaseKind::connection, "a \"b\""}, {LeaseKind::source, "7"}, {LeaseKind::quota, "shared x"}};
    const auto read = offersFrom(toJson(offers));
    REQUIRE(read);
    CHECK(read->plugins == offers.plugins);
    CHECK(read->cannot == offers.cannot);
    CHECK_FALSE(offersFrom("[]"));
}

TEST_CASE("however hosts come and go, nothing is worked twice, and the fleet comes to an even rest", "[fleet]")
{
    const unsigned seed = GENERATE(range(1U, 41U));
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&](unsigned limit) { return static_cast<int>(random() % limit); };
    SimulatedFleet fleet;
    fleet.addConnections(1 + below(30));
    int joined = 0;
    for (int act = 0; act < 40; ++act)
    {
        const auto some = [&]() -> HostRow & { return fleet.view.hosts.at(random() % fleet.view.hosts.size()); };
        switch (below(6))
        {
        case 0: {
            Offers offers;
            for (const Item &each : fleet.view.items)
                if (below(4) == 0)
                    offers.cannot.insert(each.names.front());
            fleet.join("host" + std::to_string(joined++), offers);
            break;
        }
        case 1:
            if (!fleet.view.hosts.empty()) // killed
                fleet.view.hosts.erase(fleet.view.hosts.begin() + below(unsigned(fleet.view.hosts.size())));
            break;
        case 2:
            if (!fleet.view.hosts.empty())
                some().draining = true;
            break;
        default:
            for (int i = 0; i < 5 && !fleet.view.hosts.empty(); ++i)
                fleet.beat(some().owner);
            fleet.view.now += std::chrono::milliseconds(below(4000));
        }
    }
    fleet.view.now += 11s;
    fleet.settle();
    fleet.settle();
    const Counts counts = fleet.counts();
    for (const Item &item : fleet.view.items)
    {
        const auto can = [&](const HostRow &host) {
            return !host.draining && !offersFrom(host.offersJson)->cannot.contains(item.names.front());
        };
        const LeaseRow &lease = fleet.lease(item.names.front());
        const bool anybody = std::any_of(fleet.view.hosts.begin(), fleet.view.hosts.end(), can);
        REQUIRE((!lease.owner.empty() && lease.until > fleet.view.now) == anybody);
        if (!anybody)
            continue;
        REQUIRE(can(fleet.host(lease.owner)));
        // No other host that can handle it has at least two fewer.
        for (const HostRow &host : fleet.view.hosts)
            if (const auto at = counts.find(host.owner); can(host))
                REQUIRE((at == counts.end() ? 0 : at->second) + 1 >= counts.at(lease.owner));
    }
}
