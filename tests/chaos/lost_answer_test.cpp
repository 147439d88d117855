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

/// The tickets of one host, some of whose creates meet a fault.
class Losses
{
public:
    /// One create in `oneIn` meets `fault`.
    Losses(const World &world, int tickets, int oneIn, const std::string &fault)
        : world_(world), tickets_(tickets), requests_(ofDelivery()), creates_(creates())
    {
        world.psa().simulator->addFault(R"({"match":{)" + world.psa().create + R"(,"probability":)" +
                                        std::to_string(1.0 / oneIn) + R"(,"seed":5},"fault":)" + fault + "}");
        submit(world, tickets);
    }

    /// Waits until all are done, and checks that each exists once.
    Cost end() const
    {
        REQUIRE(world_.awaitIdle(60s));
        world_.psa().simulator->clearFaults();
        checkAllThereOnce(world_);
        return {static_cast<double>(ofDelivery() - requests_) / tickets_,
                static_cast<double>(creates() - creates_) / tickets_};
    }

private:
    /// Numbers of tickets are read with spare quota, so they are not a cost of delivery.
    std::size_t ofDelivery() const
    {
        const psa::sandbox::Simulator &simulator = *world_.psa().simulator;
        return simulator.requests() - simulator.requests(world_.psa().readPattern);
    }
    std::size_t creates() const { return world_.psa().simulator->requests(world_.psa().createPattern); }

    const World &world_;
    const int tickets_;
    const std::size_t requests_;
    const std::size_t creates_;
};

/// One create in `oneIn` meets `fault`, in each world; every ticket exists once.
std::vector<Cost> lose(const Worlds &worlds, int tickets, int oneIn, const std::string &fault)
{
    std::vector<Losses> losses;
    for (const auto &world : worlds)
        losses.emplace_back(*world, tickets, oneIn, fault);
    std::vector<Cost> costs;
    for (std::size_t i = 0; i < losses.size(); ++i)
    {
        CAPTURE(fault, worlds[i]->psa().plugin);
        costs.push_back(losses[i].end());
    }
    return costs;
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

} // namespace

TEST_CASE("a lost response duplicates nothing in any PSA", "[lost]")
{
    const Worlds worlds = everyWorld();
    for (const char *fault :
         {R"({"kind":"drop-before"})", R"({"kind":"reset-before"})", R"({"kind":"empty-500","when":"before"})",
          R"({"kind":"commit-then-drop"})", R"({"kind":"commit-then-reset"})", R"({"kind":"empty-500","when":"after"})",
          R"({"kind":"commit-then-cut","bytes":12})", R"({"kind":"truncated-body","bytes":2})",
          R"({"kind":"garbage-body"})", R"({"kind":"commit-then-drop","hideMs":500})"})
        lose(worlds, 2 * runs(), 2, fault);
    for (const auto &world : worlds)
        world->end();
}

TEST_CASE("a process that dies between response and record duplicates nothing in any PSA", "[lost]")
{
    for (const Psa &psa : everyPsa())
        crashBeforeTheRecord(psa);
}

TEST_CASE("a ticket costs hardly more than one request", "[lost]")
{
    const Worlds worlds = everyWorld();
    const auto untroubled = lose(worlds, 200, 10, R"({"kind":"delay","ms":0})");
    const auto committed = lose(worlds, 200, 10, R"({"kind":"commit-then-drop"})");
    const auto notCommitted = lose(worlds, 200, 10, R"({"kind":"drop-before"})");
    for (std::size_t i = 0; i < worlds.size(); ++i)
    {
        const std::string &plugin = worlds[i]->psa().plugin;
        CAPTURE(plugin);
        std::cerr << plugin << ": requests a ticket " << untroubled[i].requests << ", with one answer in ten lost "
                  << committed[i].requests << " where the PSA had committed and "
                  << notCommitted[i].ofOneInTen(untroubled[i]) << " where it had not\n";
        CHECK(untroubled[i].requests <= 1.05);
        CHECK(committed[i].requests <= 1.3);
        CHECK(notCommitted[i].ofOneInTen(untroubled[i]) <= worlds[i]->psa().lostRequests);
        worlds[i]->end();
    }
}
