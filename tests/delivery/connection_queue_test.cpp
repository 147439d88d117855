// The path of a ticket from the store to a PSA and back, through a real plugin; only the PSA and the clock are
// simulated.
#include "host/service/ticket_actions.h"
#include "tests/delivery/world.h"
#include "tests/support/setting.h"

#include <catch2/catch.hpp>

#include <random>
#include <set>

using namespace std::chrono_literals;
using psa::delivery::Pause;
using psa::store::StoreReader;
using psa::store::StoreWriter;
using psa::test::DeliveryWorld;
using psa::test::FakePsa;
using psa::test::setting;

TEST_CASE("a ticket is created with one request and no lookup", "[queue]")
{
    DeliveryWorld world;
    const auto id = world.submit("REF1");
    CHECK(world.run() == 1);
    const auto ticket = world.ticket(id);
    CHECK(world.state(id) == "done");
    CHECK(ticket.outcome.psaId == "1000");
    CHECK(ticket.attempts == 1);
    CHECK(ticket.pluginBuild == "com.example.relay@1.0.0");
    CHECK(world.psa->creates() == 1);
    CHECK(world.psa->reads() == 0);
    CHECK(world.notices.empty());
}

namespace {

/// Number of tickets for each fault; scripts/check-all.sh uses more.
int runs()
{
    return setting("PSA_LOST_RUNS", 3);
}

std::string referenceOf(int run)
{
    return "REF" + std::to_string(run);
}

/// The first request for each reference gets `first`, and later ones succeed.
std::function<FakePsa::Fate(const std::string &)> atFirst(const FakePsa::Fate &first)
{
    return [first, met = std::set<std::string>()](const std::string &reference) mutable {
        return met.insert(reference).second ? first : FakePsa::Fate{};
    };
}

/// Delivers one ticket after the other, each with an unpaused connection. Held ones continue once, as after a passed
/// connection test; those that then wait for a human are discarded.
void deliverEach(DeliveryWorld &world, int count, int hours)
{
    for (int run = 0; run < count; ++run)
    {
        const auto id = world.submit(referenceOf(run));
        world.runOn(hours);
        if (world.queue->status().pause != Pause::none)
        {
            world.renew();
            world.runOn(hours);
        }
        const auto ticket = world.ticket(id);
        REQUIRE(!ticket.reason.code.empty());
        const auto counts = world.psa->counts();
        const auto made = counts.find(referenceOf(run));
        REQUIRE((made == counts.end() || made->second == 1));
        CAPTURE(toText(ticket.state), ticket.reason.text);
        if (ticket.state == psa::ticket::TicketState::done)
            REQUIRE(made != counts.end());
        else if (ticket.state == psa::ticket::TicketState::dead)
            REQUIRE(made == counts.end());
        else
            world.store->write([&](StoreWriter &writer) {
                psa::service::discardTicket(writer, id, {"discarded", "by the test"});
            });
        world.renew();
    }
}

} // namespace

TEST_CASE("the queue counts attempts and lookups by resulting state, and how long attempts took", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = atFirst({true, false, true, 201, 0, 0}); // created, and the response is lost
    world.submit("REF1");
    world.runOn();
    world.psa->fate = [](const std::string &) { return FakePsa::Fate{}; };
    world.submit("REF2");
    world.run();
    const psa::delivery::QueueTally tally = world.queue->status().tally;
    const auto at = [](const psa::delivery::QueueTally::PerState &counts, psa::ticket::TicketState state) {
        return counts.at(static_cast<std::size_t>(state));
    };
    CHECK(at(tally.attempts, psa::ticket::TicketState::unknown) == 1);
    CHECK(at(tally.attempts, psa::ticket::TicketState::done) == 1);
    CHECK(at(tally.reconciliations, psa::ticket::TicketState::done) == 1);
    CHECK(tally.within.front() == 2); // the clock of the test stands still
}

TEST_CASE("the driver of a queue can take other steps while a call is in progress", "[queue]")
{
    DeliveryWorld world; // without a thread
    const auto slow = world.submit("REF1");
    const auto quick = world.submit("REF2");
    const auto first = world.queue->claim();
    REQUIRE(first);
    const auto second = world.queue->claim();
    REQUIRE(second);
    CHECK(!world.queue->settleAndClaim(world.queue->call(*second)));
    CHECK(world.state(quick) == "done");
    CHECK(world.state(slow) == "sending");
    CHECK(world.queue->status().underWay == 1);
    CHECK(!world.queue->settleAndClaim(world.queue->call(*first)));
    CHECK(world.state(slow) == "done");
    CHECK(world.psa->creates() == 2);
}

TEST_CASE("no plugin can duplicate a ticket by what it reports, nor lose one without a reason", "[queue]")
{
    // Every status, and "ok", with every possible fate of the request.
    std::vector<std::string> reports = {"honest", "ok"};
    for (int status = 1; status <= 14; ++status)
        reports.push_back(std::to_string(status));
    const std::vector<FakePsa::Fate> fates = {
        {true, true, true, 201, 0, 0},          {true, false, true, 201, 0, 0},
        {false, false, true, 201, 0, 0},        {true, true, false, 201, 0, 0},
        {true, true, true, 500, 0, 0},          {true, true, true, 400, 0, 0},
        {true, false, true, 201, 2, 0},         {true, true, true, 500, 0, 0, {}, true},
        {true, true, true, 302, 0, 0, {}, true}};
    for (const std::string &silent : {std::string(), std::string("silent-")})
        for (const std::string &report : reports)
            for (std::size_t i = 0; i < fates.size(); ++i)
            {
                if (report == "honest" && !silent.empty())
                    continue;
                CAPTURE(silent, report, i);
                DeliveryWorld world(silent + report);
                world.psa->fate = atFirst(fates[i]);
                deliverEach(world, runs(), 2);
            }
}

TEST_CASE("a ticket whose response was lost is looked up and found, wherever the response was cut", "[queue]")
{
    struct Cut
    {
        const char *where;
        FakePsa::Fate fate;
        double maxRequests; ///< Per ticket.
    };
    const Cut cuts[] = {{"before the PSA has it", {false, false, true, 201, 0, 0}, 8},
                        {"after it was made", {true, false, true, 201, 0, 0}, 2},
                        {"made, and visible late", {true, false, true, 201, 3, 0}, 5}};
    for (const Cut &cut : cuts)
    {
        CAPTURE(cut.where);
        DeliveryWorld world;
        world.psa->fate = atFirst(cut.fate);
        for (int run = 0; run < runs(); ++run)
        {
            const int before = world.psa->creates() + world.psa->reads();
            const auto id = world.submit(referenceOf(run));
            world.runOn();
            REQUIRE(world.state(id) == "done");
            REQUIRE(world.psa->counts()[referenceOf(run)] == 1);
            REQUIRE(world.psa->creates() + world.psa->reads() - before <= cut.maxRequests);
            REQUIRE(world.ticket(id).outcome.recovered == cut.fate.commits);
        }
    }
}

TEST_CASE("with one response in ten lost, the PSA gets little more than one request per ticket", "[queue]")
{
    for (const bool commits : {true, false})
    {
        DeliveryWorld world;
        std::mt19937 random(7);
        world.psa->fate = [&](const std::string &) {
            FakePsa::Fate fate;
            fate.answers = random() % 10 != 0;
            fate.commits = commits || fate.answers;
            return fate;
        };
        constexpr int tickets = 150;
        for (int i = 0; i < tickets; ++i)
            world.submit("REF" + std::to_string(i));
        world.runOn();
        CHECK(world.psa->counts().size() == tickets);
        for (const auto &[reference, count] : world.psa->counts())
            REQUIRE(count == 1);
        const double requests = static_cast<double>(world.psa->creates() + world.psa->reads()) / tickets;
        CAPTURE(commits, requests);
        CHECK(requests <= (commits ? 1.3 : 1.7));
    }
}

TEST_CASE("a driver can take other steps between a call and its result, and between that and the next ticket",
          "[queue]")
{
    DeliveryWorld world;
    const auto first = world.submit("REF1");
    const auto second = world.submit("REF2");
    const auto work = world.queue->claim();
    REQUIRE(work);
    const auto done = world.queue->call(*work);
    CHECK(world.state(first) == "sending"); // the PSA has it, and nobody here knows
    world.queue->settle(done);
    CHECK(world.state(first) == "done");
    CHECK(world.state(second) == "ready"); // settling claims nothing
    CHECK(world.queue->status().underWay == 0);
    world.queue->pause(Pause::transport, "by the test");
    CHECK_FALSE(world.queue->claim());
    CHECK(world.state(second) == "ready");
}

TEST_CASE("a crash at any moment leaves a ticket that is created once", "[queue]")
{
    for (const char *point : {"claimed", "exchanged", "called"})
    {
        CAPTURE(point);
        DeliveryWorld world;
        const auto id = world.submit("REF1");
        const auto work = world.queue->claim();
        REQUIRE(work);
        if (point != std::string("claimed"))
            world.queue->call(*work); // its result is lost with the process
        world.restart();
        CHECK(world.state(id) == "unknown");
        world.runOn();
        CHECK(world.state(id) == "done");
        CHECK(world.psa->counts() == std::map<std::string, int>{{"REF1", 1}});
    }
}

TEST_CASE("rejected credentials hold the tickets until they are fixed, and cost one login", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = [](const std::string &) { return FakePsa::Fate{true, true, true, 401, 0, 0}; };
    const auto first = world.submit("REF1");
    const auto second = world.submit("REF2");
    world.runOn();
    CHECK(world.state(first) == "held");
    CHECK(world.state(second) == "ready");
    CHECK(world.psa->creates() == 1);
    CHECK(world.psa->reads() == 0);
    CHECK(world.queue->status().pause == Pause::auth);
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "connection.paused");

    SECTION("a restart does not try again")
    {
        world.restart();
        world.runOn();
        CHECK(world.psa->creates() == 1);
        CHECK(world.queue->status().pause == Pause::auth);
    }
    SECTION("nothing else signs in, before a restart and after it")
    {
        for (int i = 0; i < 2; ++i)
        {
            const psa::plugin::CallOutcome found = world.connection->findTicket("REF1");
            REQUIRE(found.error);
            CHECK(found.error->status == PSA_AUTH);
            CHECK_THAT(found.error->message,
                       Catch::Contains("Nothing was sent") && Catch::Contains("since 2026-01-01 00:00 UTC"));
            CHECK(world.connection->test().error->status == PSA_AUTH);
            world.restart();
        }
        CHECK(world.psa->reads() == 0);
        CHECK(world.queue->status().since == psa::test::ManualClock().wallNow());
    }
    SECTION("a change that leaves the credentials as they are keeps the pause")
    {
        world.queue->renew(world.connection, psa::delivery::DeliveryPolicy());
        world.runOn();
        CHECK(world.queue->status().pause == Pause::auth);
        CHECK(world.state(first) == "held");
        CHECK(world.psa->creates() == 1);
    }
    SECTION("a test that passes lets all go")
    {
        world.psa->fate = [](const std::string &) { return FakePsa::Fate{}; };
        world.renew();
        world.runOn();
        CHECK(world.state(first) == "done");
        CHECK(world.state(second) == "done");
        CHECK(world.ticket(first).attempts == 1);
    }
}

TEST_CASE("a PSA that is down pauses the connection, and one read finds out when it is back", "[queue]")
{
    DeliveryWorld world;
    bool down = true;
    world.psa->fate = [&](const std::string &) { return FakePsa::Fate{true, true, !down, 201, 0, 0}; };
    world.psa->readStatus = [&] { return down ? 503U : 200U; };
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 10; ++i)
        ids.push_back(world.submit("REF" + std::to_string(i)));
    world.run();
    CHECK(world.psa->creates() == 3);
    CHECK(world.queue->status().pause == Pause::transport);
    world.clock->advance(20s);
    world.run();
    CHECK(world.psa->creates() == 3);
    CHECK(world.psa->reads() == 1);
    down = false;
    world.runOn();
    for (const auto id : ids)
        CHECK(world.state(id) == "done");
    CHECK(world.psa->counts().size() == 10);
}

TEST_CASE("credentials that may not create tickets may still find existing ones", "[queue]")
{
    DeliveryWorld world;
    int request = 0;
    world.psa->fate = [&](const std::string &) {
        ++request;
        return request == 1 ? FakePsa::Fate{true, false, true, 201, 0, 0} : FakePsa::Fate{true, true, true, 403, 0, 0};
    };
    const auto lost = world.submit("REF1");
    const auto refused = world.submit("REF2");
    world.run();
    CHECK(world.queue->status().pause == Pause::permission);
    world.clock->advance(3s);
    world.run();
    CHECK(world.state(lost) == "done");
    CHECK(world.state(refused) == "held");
}

TEST_CASE("a rate limit stops later tickets for as long as the PSA asked, and costs no attempt", "[queue]")
{
    DeliveryWorld world;
    bool limited = true;
    world.psa->fate = [&](const std::string &) {
        return FakePsa::Fate{true, true, true, limited ? 429U : 201U, 0, limited ? 90000U : 0U};
    };
    const auto first = world.submit("REF1");
    const auto second = world.submit("REF2");
    world.run();
    CHECK(world.psa->creates() == 1);
    CHECK(world.state(first) == "retry_at");
    CHECK(world.ticket(first).attempts == 0);
    world.clock->advance(89s);
    world.run();
    CHECK(world.psa->creates() == 1);
    limited = false;
    world.clock->advance(1s);
    world.run();
    CHECK(world.state(first) == "done");
    CHECK(world.state(second) == "done");
}

TEST_CASE("a rejected ticket reaches a human with the PSA's words", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = [](const std::string &) { return FakePsa::Fate{true, true, true, 400, 0, 0}; };
    const auto id = world.submit("REF1");
    world.runOn();
    CHECK(world.state(id) == "dead");
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "ticket.dead");
    CHECK(world.notices[0].ticketId == id);
    CHECK_THAT(world.notices[0].text, Catch::Contains("400"));
}

namespace {

FakePsa::Fate refusal(unsigned status, const char *words, bool anyway)
{
    return {true, true, true, status, 0, 0, words, anyway};
}

} // namespace

TEST_CASE("a ticket that the PSA created and rejected is done after one lookup, and its rejection is reported at once",
          "[queue]")
{
    const unsigned status = GENERATE(200U, 201U, 500U); // reported in words, or by a wrong plugin
    DeliveryWorld world;
    world.psa->fate = [&](const std::string &) { return refusal(status, "no such queue", true); };
    const auto id = world.submit("REF1");
    world.run();
    CHECK(world.state(id) == "dead");
    CHECK(world.ticket(id).reason.code == "invalid_ticket");
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "ticket.dead");
    CHECK_THAT(world.notices[0].text, Catch::Contains("looked up once"));
    world.clock->advance(59s);
    world.run();
    CHECK(world.psa->reads() == 0);
    if (GENERATE(false, true))
        world.restart();
    world.runOn();
    CHECK(world.state(id) == "done");
    CHECK(world.ticket(id).outcome.psaId == "1000");
    CHECK(world.ticket(id).outcome.recovered);
    CHECK(world.psa->creates() == 1);
    CHECK(world.psa->reads() == 1);
    CHECK(world.notices.size() == 1);
    REQUIRE(world.log.size() == 1);
    CHECK_THAT(world.log[0], Catch::Contains("is done"));
}

TEST_CASE("a ticket that the PSA rejected with a reason stays rejected if it does not exist, and costs one lookup",
          "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = [](const std::string &) { return refusal(500, "no such queue", false); };
    const auto id = world.submit("REF1");
    world.runOn();
    CHECK(world.state(id) == "dead");
    CHECK_THAT(world.ticket(id).reason.text, Catch::EndsWith("The PSA does not have it."));
    CHECK(world.ticket(id).ended);
    CHECK(world.psa->creates() == 1);
    CHECK(world.psa->reads() == 1);
    CHECK(world.notices.size() == 1);
    CHECK(world.queue->status().pause == Pause::none);
}

TEST_CASE("a rejection for missing permission with status 500 or 200 holds tickets just like one with 403", "[queue]")
{
    const unsigned status = GENERATE(200U, 403U, 500U);
    const bool anyway = GENERATE(false, true) && status != 403; // it rejects and creates it
    DeliveryWorld world;
    bool refused = true;
    world.psa->fate = [&](const std::string &) {
        return refused ? refusal(status, "no right", anyway) : FakePsa::Fate{};
    };
    world.psa->readStatus = [&] { return refused ? 403U : 200U; };
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 3; ++i)
        ids.push_back(world.submit(referenceOf(i)));
    world.runOn(1);
    CHECK(world.state(ids[0]) == "held");
    CHECK(world.state(ids[1]) == "ready");
    CHECK(world.state(ids[2]) == "ready");
    CHECK(world.psa->creates() == 1);
    CHECK(world.queue->status().pause == Pause::permission);
    refused = false;
    world.runOn();
    for (const auto id : ids)
        CHECK(world.state(id) == "done");
    for (const auto &[reference, count] : world.psa->counts())
        CHECK(count == 1);
    CHECK(world.psa->counts().size() == ids.size());
}

TEST_CASE("missing permission only for creating holds one more ticket for each probe, and leaves none unknown",
          "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = [](const std::string &) { return refusal(500, "no right", false); };
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 5; ++i)
        ids.push_back(world.submit(referenceOf(i)));
    world.runOn(1);
    for (const auto id : ids)
    {
        CAPTURE(world.state(id));
        CHECK((world.state(id) == "held" || world.state(id) == "ready"));
    }
    CHECK(world.psa->counts().empty());
}

TEST_CASE("a rate limit reported with 500 is waited for, costs no attempt, and duplicates nothing", "[queue]")
{
    const bool anyway = GENERATE(false, true);
    DeliveryWorld world;
    bool limited = true;
    world.psa->fate = [&](const std::string &) { return limited ? refusal(500, "too many", anyway) : FakePsa::Fate{}; };
    const auto first = world.submit("REF1");
    const auto second = world.submit("REF2");
    world.run();
    CHECK(world.psa->creates() == 1);
    CHECK(world.state(first) == "retry_at");
    CHECK(world.ticket(first).attempts == 0);
    CHECK(world.notices.empty());
    limited = false;
    world.clock->advance(30s);
    world.run();
    CHECK(world.state(first) == "done");
    CHECK(world.state(second) == "done");
    CHECK(world.psa->counts() == std::map<std::string, int>{{"REF1", 1}, {"REF2", 1}});
    CHECK(world.psa->creates() == (anyway ? 2 : 3));
    CHECK(world.psa->reads() == 1);
}

TEST_CASE("a rejected ticket that is corrected within the quiet period is looked up before it is sent", "[queue]")
{
    DeliveryWorld world;
    const bool anyway = GENERATE(false, true);
    world.psa->fate = atFirst(refusal(500, "no such queue", anyway));
    const auto id = world.submit("REF1");
    world.run();
    world.clock->advance(50s);
    world.store->write([&](StoreWriter &writer) { psa::service::retryTicket(writer, id, true); });
    world.run();
    CHECK(world.state(id) == (anyway ? "done" : "unknown"));
    world.clock->advance(11s); // 61 s after the attempt, and not after the retry
    world.run();
    CHECK(world.state(id) == "done");
    CHECK(world.psa->creates() == (anyway ? 1 : 2));
    CHECK(world.psa->counts() == std::map<std::string, int>{{"REF1", 1}});
}

TEST_CASE("a human's decision during an attempt stays in effect", "[queue]")
{
    DeliveryWorld world;
    const auto id = world.submit("REF1");
    const auto work = world.queue->claim();
    REQUIRE(work);
    auto done = world.queue->call(*work);
    done.work.ticket.fence -= 1; // as if it had been settled by another worker since
    world.queue->settle(done);
    CHECK(world.state(id) == "sending");
    REQUIRE(world.log.size() == 1);
    CHECK_THAT(world.log[0], Catch::Contains("changed manually"));
}

TEST_CASE("every attempt and lookup is in the audit log, with what was sent and without secrets", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = atFirst({true, false, true, 201, 0, 0});
    const auto id = world.submit("REF1");
    world.runOn();
    const auto page = world.store->read([](const StoreReader &reader) { return reader.audit({}); });
    REQUIRE(page.entries.size() == 2);
    CHECK(page.entries[1].action == "ticket.attempt");
    CHECK(page.entries[0].action == "ticket.reconcile");
    CHECK(page.entries[0].ticketId == id);
    CHECK_THAT(page.entries[1].detailJson, Catch::Contains("POST https://psa.example.com/tickets") &&
                                               Catch::Contains("no answer") && Catch::Contains("REF1"));
    for (const auto &entry : page.entries)
        CHECK(entry.detailJson.find("a-secret-of-the-test") == std::string::npos);
}
