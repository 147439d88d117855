// Clients submit tickets while psa-host is killed at random moments and at every named point, and the PSA fails in
// every possible way. At the end each acknowledged ticket is in the PSA exactly once, or in a state with a reason.
//
// Longer runs with the environment variables PSA_CHAOS_KILLS, PSA_CHAOS_TICKETS, PSA_CHAOS_SEED.
#include "tests/chaos/clients.h"
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "sandbox/common/simulator.h"

#include <catch2/catch.hpp>

#include <array>
#include <iostream>
#include <random>
#include <thread>

using namespace psa::test::chaos;
using Poco::JSON::Object;
using psa::test::setting;
using namespace std::chrono_literals;

namespace {

/// Faults of every kind, occasionally.
void addFaults(const Psa &psa, std::uint64_t seed)
{
    const auto add = [&](const std::string &match, double probability, const std::string &fault) {
        psa.simulator->addFault(R"({"match":{)" + match + (match.empty() ? "" : ",") + R"("probability":)" +
                                std::to_string(probability) + R"(,"seed":)" + std::to_string(++seed) + R"(},"fault":)" +
                                fault + "}");
    };
    for (const char *fault :
         {R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-reset"})",
          R"({"kind":"commit-then-cut","bytes":40})", R"({"kind":"truncated-body","bytes":3})",
          R"({"kind":"drop-before"})", R"({"kind":"reset-before"})", R"({"kind":"garbage-body"})",
          R"({"kind":"empty-500","when":"before"})", R"({"kind":"empty-500","when":"after"})",
          R"({"kind":"late-visible","ms":400})", R"({"kind":"commit-then-drop","hideMs":400})",
          R"({"kind":"delay","ms":30,"when":"after"})",
          R"({"kind":"status","status":503,"body":"<html>busy</html>","contentType":"text/html","when":"before"})"})
        add(psa.create, 0.02, fault);
    if (psa.rateLimits)
        add(psa.create, 0.02, R"({"kind":"status","status":429,"when":"before"})");
    add("", 0.003, R"({"kind":"reset-before"})");
    add("", 0.003,
        R"({"kind":"status","status":503,"body":"<html>busy</html>","contentType":"text/html","when":"before"})");
}

/// References by key.
using References = std::map<std::string, std::string>;

/// Submits tickets. Each request is repeated with the same key until it is acknowledged.
References submitAll(const World &world, Clients::Thread &thread)
{
    References all;
    while (const auto number = thread.begin())
    {
        const std::string key = "k" + std::to_string(*number);
        const Object::Ptr ticket = thread.submit([&] {
            return world.ask(
                {"POST", "/v1/tickets", {}, {{"idempotency-key", key}}, world.ticketRequest(*number), {}, {}});
        });
        if (!ticket.isNull())
            all[key] = ticket->getValue<std::string>("reference");
    }
    return all;
}

void chaos(Psa psa)
{
    const int kills = setting("PSA_CHAOS_KILLS", 10);
    const int tickets = setting("PSA_CHAOS_TICKETS", 400);
    const auto seed = static_cast<std::uint64_t>(setting("PSA_CHAOS_SEED", 1));
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto upTo = [&](int most) { return std::uniform_int_distribution<int>(1, most)(random); };
    World world(std::move(psa));
    addFaults(world.psa(), seed);
    const std::vector<std::string> points = {"accepted", "claimed", "exchanged", "called", "settled"};
    int killed = 0;
    {
        std::array<References, 4> submitted;
        Clients clients(static_cast<int>(submitted.size()), [&](Clients::Thread &thread) {
            submitted.at(static_cast<std::size_t>(thread.number())) = submitAll(world, thread);
        });
        for (; killed < kills; ++killed)
        {
            clients.allow(tickets * (killed + 1) / kills);
            // Every second time at a point, otherwise at a random moment.
            const std::string point =
                killed % 2 == 0 ? points[static_cast<std::size_t>(killed / 2) % points.size()] : "";
            if (!world.begin(point, upTo(8)))
                continue;
            if (point.empty())
                std::this_thread::sleep_for(std::chrono::milliseconds(upTo(120)));
            else
                world.awaitEnd(1500);
            world.kill();
        }
        REQUIRE(world.begin());
        REQUIRE(clients.awaitDone(60s));
        clients.stop();
        References references;
        for (References &each : submitted)
            references.merge(each);
        const bool idle = world.awaitIdle(60s);
        CAPTURE(world.ask("GET", "/v1/connections/acme").body);
        REQUIRE(idle);
        CAPTURE(world.ask("GET", "/v1/connections/acme").body);
        REQUIRE(world.moving() == 0);
        CHECK(clients.complaints().empty());
        std::map<std::string, Object::Ptr> stored;
        for (const Object::Ptr &ticket : world.tickets())
            stored[ticket->getValue<std::string>("reference")] = ticket;
        const auto truth = world.psa().truth();
        std::size_t done = 0;
        for (const auto &[key, reference] : references)
        {
            CAPTURE(key, reference);
            REQUIRE(stored.contains(reference)); // otherwise it was lost
            const auto state = stored[reference]->getValue<std::string>("state");
            CAPTURE(state, stored[reference]->optValue<std::string>("reason", ""));
            const std::size_t inPsa = truth.contains(reference) ? truth.at(reference) : 0;
            if (state == "done")
                CHECK(inPsa == 1);
            else
            {
                CHECK(inPsa <= 1);
                CHECK((state == "needs_review" || state == "dead"));
                CHECK(!stored[reference]->optValue<std::string>("reason", "").empty());
            }
            done += state == "done" ? 1 : 0;
        }
        for (const auto &[reference, count] : truth)
        {
            CAPTURE(reference);
            CHECK((count == 1 || reference.empty()));
        }
        CHECK_THAT(world.leak(), Catch::Matchers::Equals(""));
        // Nothing was lost, so there must be no alarm.
        CHECK_THAT(world.logged(), !Catch::Contains("The store may be older"));
        std::cerr << world.psa().plugin << ": " << killed << " kills, " << references.size() << " acknowledged, "
                  << done << " done, " << world.psa().simulator->requests() << " requests\n";
    }
    world.end();
}

} // namespace

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged ticket exists once in Autotask")
{
    chaos(autotask());
}

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged ticket exists once in ConnectWise")
{
    chaos(connectwise());
}

TEST_CASE("whatever is killed and whatever the PSA does, each acknowledged ticket exists once in HaloPSA")
{
    chaos(halopsa());
}
