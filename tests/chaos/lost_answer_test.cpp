// Lost responses, one kind at a time: no ticket is duplicated, and the cost in requests.
//
// Longer, with the environment: PSA_LOST_RUNS, how many creates meet each fault.
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "host/http/local_client.h"
#include "sandbox/common/simulator.h"

#include <catch2/catch.hpp>

#include <iostream>
#include <thread>

using namespace psa::test::chaos;
using psa::test::setting;
using namespace std::chrono_literals;

namespace {

int runs()
{
    return setting("PSA_LOST_RUNS", 8);
}

void submit(const World &world, int count)
{
    for (int i = 0; i < count; ++i)
    {
        const psa::http::ApiResponse answer = world.ask("POST", "/v1/tickets", world.ticketRequest(i));
        REQUIRE(answer.status == 202);
    }
}

/// The cost of tickets at the PSA.
struct Cost
{
    double requests = 0; ///< Per ticket.
    double creates = 0;  ///< Of these.

    /// Scaled to one lost response in ten, because the actual share is random.
    double ofOneInTen(const Cost &untroubled) const
    {
        const double lost = 1 - 1 / creates;
        return untroubled.requests + (requests - untroubled.requests) * 0.1 / lost;
    }
};

/// One create in `oneIn` meets `fault`; every ticket exists once.
Cost lose(World &world, int tickets, int oneIn, const std::string &fault)
{
    CAPTURE(fault);
    world.psa().simulator->addFault(R"({"match":{)" + world.psa().create + R"(,"probability":)" +
                                    std::to_string(1.0 / oneIn) + R"(,"seed":5},"fault":)" + fault + "}");
    const psa::sandbox::Simulator &simulator = *world.psa().simulator;
    // Numbers of tickets are read with spare quota, so they are not a cost of delivery.
    const auto ofDelivery = [&] { return simulator.requests() - simulator.requests(world.psa().readPattern); };
    const std::size_t before = ofDelivery();
    const std::size_t createsBefore = simulator.requests(world.psa().createPattern);
    submit(world, tickets);
    REQUIRE(world.awaitIdle(60s));
    world.psa().simulator->clearFaults();
    checkAllThereOnce(world);
    return {static_cast<double>(ofDelivery() - before) / tickets,
            static_cast<double>(simulator.requests(world.psa().createPattern) - createsBefore) / tickets};
}

void loseEveryWay(const Psa &psa)
{
    World world(psa);
    REQUIRE(world.begin());
    for (const char *fault :
         {R"({"kind":"drop-before"})", R"({"kind":"reset-before"})", R"({"kind":"empty-500","when":"before"})",
          R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-reset"})", R"({"kind":"empty-500","when":"after"})",
          R"({"kind":"commit-then-cut","bytes":12})", R"({"kind":"truncated-body","bytes":2})",
          R"({"kind":"garbage-body"})", R"({"kind":"commit-then-drop","hideMs":500})"})
        lose(world, 2 * runs(), 2, fault);
    world.end();
}

void crashBeforeTheRecord(const Psa &psa)
{
    World world(psa);
    for (int i = 0; i < runs(); ++i)
    {
        // After the PSA's response, and before any of it is recorded. The caller's response may be lost with it.
        if (world.begin(i % 2 == 0 ? "exchanged" : "called", 1))
            try
            {
                submit(world, 1);
            }
            catch (const psa::http::HostUnreachable &)
            {
            }
        world.awaitEnd(3000);
    }
    REQUIRE(world.begin());
    REQUIRE(world.awaitIdle(60s));
    checkAllThereOnce(world);
    world.end();
}

void costs(const Psa &psa)
{
    World world(psa);
    REQUIRE(world.begin());
    const Cost untroubled = lose(world, 200, 10, R"({"kind":"delay","ms":0})");
    const Cost committed = lose(world, 200, 10, R"({"kind":"commit-then-drop"})");
    const Cost notCommitted = lose(world, 200, 10, R"({"kind":"drop-before"})");
    std::cerr << psa.plugin << ": requests a ticket " << untroubled.requests << ", with one answer in ten lost "
              << committed.requests << " where the PSA had committed and " << notCommitted.ofOneInTen(untroubled)
              << " where it had not\n";
    CHECK(untroubled.requests <= 1.05);
    CHECK(committed.requests <= 1.3);
    CHECK(notCommitted.ofOneInTen(untroubled) <= 1.7);
    world.end();
}

} // namespace

TEST_CASE("a lost response of Autotask duplicates nothing", "[lost]")
{
    loseEveryWay(autotask());
}

TEST_CASE("a lost response of ConnectWise duplicates nothing", "[lost]")
{
    loseEveryWay(connectwise());
}

TEST_CASE("a process that dies between response and record duplicates nothing in Autotask", "[lost]")
{
    crashBeforeTheRecord(autotask());
}

TEST_CASE("a process that dies between response and record duplicates nothing in ConnectWise", "[lost]")
{
    crashBeforeTheRecord(connectwise());
}

TEST_CASE("a ticket costs hardly more than one request", "[lost]")
{
    costs(autotask());
    costs(connectwise());
}
