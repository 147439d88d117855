// The traps of a durable queue on PostgreSQL that hosts which share it can fall into: one test for each, of its name. The hosts
// are real processes, and so is what happens to them.
#include "tests/postgres/shared_hosts.h"
#include "tests/support/postgres/server_programs.h"

#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <Poco/DateTimeParser.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <set>
#include <thread>

using namespace psa::store;
using namespace psa::test;
using namespace psa::test::chaos;
using namespace psa::test::postgres;
using namespace std::chrono_literals;
using Poco::JSON::Object;

namespace {

using Steady = std::chrono::steady_clock;

/// Longer than a lease and two beats.
constexpr auto leaseIsOver = 16s;
/// A host looks at all leases once in each.
constexpr auto twoBeats = 6s;

} // namespace

TEST_CASE("trap 1: what a killed host was sending does not stay so, and is in the PSA once", "[hosts]")
{
    if (isSkipped())
        return;
    const Environment callTime("PSA_CHAOS_CALL_MS", "2000");
    Shared shared;
    const Host first = shared.add();
    REQUIRE(shared.awaitOwner("acme", first.owner));
    const Host second = shared.add();
    shared.fault(R"({"kind":"delay","ms":30000,"when":"after"})", 1);
    const std::int64_t ticket = submit(*first.world, "Alert 1");
    REQUIRE(eventually([&] { return shared.creates() == 1; }));
    const std::int64_t waiting = submit(*second.world, "Alert 2"); // behind it
    first.world->kill();
    const auto killed = Steady::now();
    CHECK(awaitDone(*second.world, waiting));
    const auto ready = std::chrono::duration<double>(Steady::now() - killed).count();
    CHECK(awaitDone(*second.world, ticket));
    const auto sent = std::chrono::duration<double>(Steady::now() - killed).count();
    checkAllThereOnce(*second.world);
    CHECK(shared.creates() == 2);
    std::cerr << "after the death of a host, what was ready was done after " << ready
              << " s, and what was being sent after " << sent << " s\n";
}

TEST_CASE("trap 2: a host without the plugin leaves the work to the others", "[hosts]")
{
    if (isSkipped())
        return;
    Shared shared;
    const Host able = shared.add();
    REQUIRE(shared.awaitOwner("acme", able.owner));
    const Host unable = shared.add(false);
    shared.fault(R"({"kind":"status","status":503,"when":"before"})");
    const std::int64_t ticket = submit(*able.world, "Alert 1");
    able.world->kill();
    shared.psa().simulator->clearFaults();
    for (const auto until = Steady::now() + leaseIsOver; Steady::now() < until; std::this_thread::sleep_for(100ms))
    {
        REQUIRE(shared.ownerOf("acme") != unable.owner);
        const std::string state = stateOf(*unable.world, ticket);
        REQUIRE((state == "ready" || state == "retry_at" || state == "sending" || state == "unknown"));
    }
    const Host third = shared.add();
    CHECK(awaitDone(*unable.world, ticket)); // as it sees
    checkAllThereOnce(*third.world);
}

TEST_CASE("trap 3: periodic work goes on when the host that does it freezes", "[hosts]")
{
    if (isSkipped())
        return;
    Shared shared;
    const Host first = shared.add();
    const auto duties = [&] {
        std::vector<LeaseRow> all = shared.leases();
        std::erase_if(all, [](const LeaseRow &each) { return each.name.kind != LeaseKind::duty; });
        return all;
    };
    REQUIRE(eventually([&] {
        const auto all = duties();
        return !all.empty() &&
               std::all_of(all.begin(), all.end(), [&](const LeaseRow &each) { return each.owner == first.owner; });
    }));
    const Host second = shared.add();
    ::kill(first.world->process(), SIGSTOP);
    CHECK(eventually([&] {
        const auto all = duties();
        return std::all_of(all.begin(), all.end(), [&](const LeaseRow &each) { return each.owner == second.owner; });
    }));
    ::kill(first.world->process(), SIGCONT);
    CHECK(eventually([&] { return first.world->responds(); }));
    // The one that comes back gets its share, and each duty has one host.
    CHECK(eventually([&] {
        const auto all = duties();
        return std::all_of(all.begin(), all.end(), [&](const LeaseRow &each) {
            return each.owner == first.owner || each.owner == second.owner;
        });
    }));
}

TEST_CASE("trap 8: a host whose clock is an hour wrong steals no lease and sends nothing early", "[hosts]")
{
    if (isSkipped())
        return;
    Shared shared;
    const Host right = shared.add();
    std::vector<std::string> names{"acme"};
    for (int i = 1; i < 6; ++i)
    {
        names.push_back("acme" + std::to_string(i));
        right.world->connect(names.back(), shared.psa().plugin);
    }
    for (const std::string &each : names)
        REQUIRE(shared.awaitOwner(each, right.owner));
    for (const char *shift : {"3600", "-3600"})
    {
        CAPTURE(shift);
        const Environment preload("LD_PRELOAD", SHIFTED_CLOCK);
        const Environment seconds("PSA_SHIFT_SECONDS", shift);
        std::map<std::string, std::int64_t> before;
        for (const LeaseRow &each : shared.leases())
            before[each.name.of] = each.fence;
        const Host wrong = shared.add();
        // It gets its share, which the other one gives it.
        REQUIRE(eventually([&] {
            return std::count_if(names.begin(), names.end(),
                                 [&](const std::string &each) { return shared.ownerOf(each) == wrong.owner; }) == 3;
        }));
        std::this_thread::sleep_for(twoBeats);
        for (const std::string &each : names)
        {
            CAPTURE(each);
            CHECK(shared.lease(LeaseKind::connection, each).fence <= before[each] + 1); // moved once at most
            const std::int64_t ticket = submit(*wrong.world, "Alert " + each + shift, each);
            CHECK(awaitDone(*right.world, ticket));
        }
        wrong.world->end();
        for (const std::string &each : names)
            REQUIRE(shared.awaitOwner(each, right.owner));
    }
    checkAllThereOnce(*right.world);
    // By whichever host, times are the database's.
    for (const Object::Ptr &ticket : right.world->tickets())
    {
        int zone = 0;
        const auto created = Poco::DateTimeParser::parse(ticket->getValue<std::string>("created"), zone).timestamp();
        CHECK(std::abs(Poco::Timestamp() - created) < 30 * Poco::Timespan::MINUTES);
    }
}

TEST_CASE("trap 9: a host that freezes for longer than its lease writes nothing when it goes on", "[hosts]")
{
    if (isSkipped())
        return;
    Shared shared;
    Host first = shared.add();
    REQUIRE(shared.awaitOwner("acme", first.owner));
    const Host second = shared.add();
    shared.fault(R"({"kind":"delay","ms":1000,"when":"after"})", 1);
    const std::int64_t ticket = submit(*first.world, "Alert 1");
    REQUIRE(eventually([&] { return shared.creates() == 1; }));
    ::kill(first.world->process(), SIGSTOP);
    CHECK(awaitDone(*second.world, ticket));
    const std::string after = second.world->ask("GET", "/v1/tickets/" + std::to_string(ticket)).body;
    ::kill(first.world->process(), SIGCONT);
    REQUIRE(eventually([&] { return first.world->responds(); }));
    std::this_thread::sleep_for(2s); // it has the answer of the PSA, and may try to write it
    CHECK(second.world->ask("GET", "/v1/tickets/" + std::to_string(ticket)).body == after);
    checkAllThereOnce(*second.world);
    CHECK(shared.creates() == 1);
    // The same host, started again, is another owner.
    const std::string before = first.owner;
    first.world->kill();
    shared.begin(first);
    CHECK(first.owner != before);
}

TEST_CASE("trap 10: the outcome of a call is written once the database is back, and nothing is sent again", "[hosts]")
{
    if (isSkipped())
        return;
    Cluster cluster;
    Shared shared(cluster);
    const Host host = shared.add();
    REQUIRE(shared.awaitOwner("acme", host.owner));
    shared.fault(R"({"kind":"delay","ms":1500,"when":"after"})", 1);
    const std::int64_t ticket = submit(*host.world, "Alert 1");
    REQUIRE(eventually([&] { return shared.creates() == 1; }));
    cluster.stop();
    std::this_thread::sleep_for(3s); // the PSA has answered meanwhile
    cluster.start();
    REQUIRE(eventually([&] { return host.world->responds(); }));
    CHECK(awaitDone(*host.world, ticket));
    CHECK(shared.creates() == 1);
    CHECK_FALSE(ticketOf(*host.world, ticket)->getObject("psaTicket")->optValue("recovered", false)); // not looked up
    checkAllThereOnce(*host.world);
}

TEST_CASE("a host without its database is not ready, and tells nobody without a token where the database is", "[hosts]")
{
    if (isSkipped())
        return;
    Cluster cluster;
    Shared shared(cluster);
    const Host host = shared.add();
    const auto isReady = [&] { return host.world->ask("GET", "/readyz").status == 200; };
    REQUIRE(eventually(isReady));
    cluster.stop();
    REQUIRE(eventually([&] { return !isReady(); }));
    CHECK_THAT(host.world->ask("GET", "/readyz").body,
               Catch::Contains("The database cannot be used now; the log of psa-host") && !Catch::Contains("socket"));
    cluster.start();
    CHECK(eventually(isReady));
}

TEST_CASE("a host that is stopped in order hands its work over without waiting for the end of its leases", "[hosts]")
{
    if (isSkipped())
        return;
    Shared shared;
    const Host first = shared.add();
    REQUIRE(shared.awaitOwner("acme", first.owner));
    const Host second = shared.add();
    const std::int64_t before = submit(*second.world, "Alert 1");
    CHECK(awaitDone(*second.world, before));
    first.world->end();
    const auto ended = Steady::now();
    const std::int64_t ticket = submit(*second.world, "Alert 2");
    CHECK(awaitDone(*second.world, ticket));
    const auto took = std::chrono::duration<double>(Steady::now() - ended).count();
    std::cerr << "after the end of a host, a ticket of its connection was done after " << took << " s\n";
    CHECK(took < 8); // a lease lasts 10 s
    checkAllThereOnce(*second.world);
}
