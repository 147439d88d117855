// Clients submit tickets while psa-host is killed at random moments and at every named point, and the PSA fails in
// every possible way. At the end each acknowledged ticket is in the PSA exactly once, or in a state with a reason.
//
// Longer runs with the environment variables PSA_CHAOS_KILLS, PSA_CHAOS_TICKETS, PSA_CHAOS_SEED.
#include "tests/chaos/world.h"
#include "tests/support/setting.h"

#include "host/http/local_client.h"
#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <iostream>
#include <mutex>
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

/// Clients that submit tickets and repeat them with the same key until they are acknowledged.
class Clients
{
public:
    Clients(const World &world, int tickets, int threads) : world_(world), tickets_(tickets)
    {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this] { run(); });
    }
    ~Clients()
    {
        stopping_ = true;
        for (std::thread &each : threads_)
            each.join();
    }
    Clients(const Clients &) = delete;
    Clients &operator=(const Clients &) = delete;

    /// Total number of tickets that may be submitted by now: each run of the host gets its share.
    void allow(int tickets) { allowed_ = tickets; }
    bool isDone() const { return acknowledged_ >= tickets_; }
    std::map<std::string, std::string> references() const
    {
        const std::lock_guard lock(mutex_);
        return references_;
    }
    std::vector<std::string> complaints() const
    {
        const std::lock_guard lock(mutex_);
        return complaints_;
    }

private:
    void run()
    {
        for (int number = next_++; number < tickets_ && !stopping_; number = next_++)
            while (!stopping_ && (number >= allowed_ || !submit(number)))
                std::this_thread::sleep_for(3ms); // until it is restarted
    }

    bool submit(int number)
    try
    {
        const std::string key = "k" + std::to_string(number);
        const psa::http::ApiResponse answer =
            world_.ask({"POST", "/v1/tickets", {}, {{"idempotency-key", key}}, world_.ticketRequest(number), {}, {}});
        if (answer.status == 503)
            return false;
        const std::lock_guard lock(mutex_);
        if (answer.status != 202 && answer.status != 200)
            complaints_.push_back(std::to_string(answer.status) + " " + answer.body);
        else
            references_[key] =
                psa::json::parseStrict(answer.body).extract<Object::Ptr>()->getValue<std::string>("reference");
        ++acknowledged_;
        return true;
    }
    catch (const psa::http::HostUnreachable &)
    {
        return false;
    }
    catch (const psa::json::JsonError &)
    {
        return false; // the response was lost with the process
    }

    const World &world_;
    const int tickets_;
    std::atomic<int> next_{0};
    std::atomic<int> allowed_{0};
    std::atomic<int> acknowledged_{0};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::map<std::string, std::string> references_; ///< By key. Guarded.
    std::vector<std::string> complaints_;           ///< Guarded.
    std::vector<std::thread> threads_;
};

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
        Clients clients(world, tickets, 4);
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
        while (!clients.isDone())
            std::this_thread::sleep_for(10ms);
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
        for (const auto &[key, reference] : clients.references())
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
        std::cerr << world.psa().plugin << ": " << killed << " kills, " << clients.references().size()
                  << " acknowledged, " << done << " done, " << world.psa().simulator->requests() << " requests\n";
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
