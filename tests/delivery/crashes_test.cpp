// Crashed and hung calls: what happens to their tickets and their connection. The plugin is real; the test replaces the
// outcome that it reported, but not what was sent.
#include "host/service/ticket_actions.h"
#include "host/ticket/transitions.h"
#include "tests/delivery/world.h"

#include <catch2/catch.hpp>

#include <set>

using namespace std::chrono_literals;
using Catch::Contains;
using psa::delivery::Pause;
using psa::plugin::CallOutcome;
using psa::plugin::Ended;
using psa::plugin::MutationSeen;
using psa::store::StoreWriter;
using psa::test::DeliveryWorld;
using psa::test::FakePsa;
using psa::ticket::ClaimFor;

namespace {

using Work = psa::delivery::ConnectionQueue::Work;

void die(CallOutcome &outcome)
{
    outcome.ended = Ended::died;
    outcome.result.clear();
    outcome.error.emplace();
    outcome.error->status = PSA_INTERNAL;
    outcome.error->message = "Its process was killed by SIGSEGV.";
}

void hang(CallOutcome &outcome)
{
    const bool left = outcome.mutation == MutationSeen::answered || outcome.mutation == MutationSeen::noAnswer;
    die(outcome);
    outcome.ended = Ended::hung;
    outcome.error->status = left ? PSA_OUTCOME_UNKNOWN : PSA_TIMEOUT;
    outcome.error->message = "It did not return.";
}

/// Calls for these tickets end like this; with `purpose`, only those.
auto endingFor(std::set<std::string> references, void (*end)(CallOutcome &),
               std::optional<ClaimFor> purpose = std::nullopt)
{
    return [=](const Work &work, CallOutcome &outcome) {
        if (references.contains(work.ticket.reference) && (!purpose || work.purpose == *purpose))
            end(outcome);
    };
}

/// The PSA never gets the requests for these tickets.
auto unreachableFor(std::set<std::string> references)
{
    return [=](const std::string &reference) {
        FakePsa::Fate fate;
        fate.leaves = !references.contains(reference);
        return fate;
    };
}

} // namespace

TEST_CASE("a ticket that crashes its plugin twice needs review, and the others of its connection go on", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = unreachableFor({"BAD"});
    world.alter = endingFor({"BAD"}, die);
    const auto bad = world.submit("BAD");
    const auto good = world.submit("REF1");
    world.run();
    CHECK(world.state(bad) == "retry_at"); // nothing was sent
    CHECK(world.ticket(bad).crashes == 1);
    CHECK(world.state(good) == "done");
    world.restart(); // the count survives
    world.runOn();
    const auto ticket = world.ticket(bad);
    CHECK(world.state(bad) == "needs_review");
    CHECK(ticket.crashes == 2);
    CHECK(ticket.attempts == 2);
    CHECK(ticket.reason.code == "plugin_crash");
    CHECK_THAT(ticket.reason.text, Contains("com.example.relay@1.0.0 crashed in 2 calls") && Contains("SIGSEGV") &&
                                       Contains("was not created") && Contains("update of the plugin"));
    CHECK_FALSE(ticket.openSince);
    CHECK(world.queue->status().pause == Pause::none);
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].code == "plugin_crash");
}

TEST_CASE("after a crash during the request the ticket is looked up before anything is sent again", "[queue]")
{
    DeliveryWorld world;
    world.alter = endingFor({"REF1"}, die, ClaimFor::sending);
    const auto id = world.submit("REF1");
    world.runOn();
    CHECK(world.state(id) == "done");
    CHECK(world.ticket(id).outcome.recovered);
    CHECK(world.psa->creates() == 1);
    CHECK(world.queue->status().pause == Pause::none);
}

TEST_CASE("a ticket whose lookup crashes too needs review, and is still looked up before a retry sends it", "[queue]")
{
    DeliveryWorld world;
    world.alter = endingFor({"REF1"}, die);
    const auto id = world.submit("REF1");
    world.runOn();
    CHECK(world.state(id) == "needs_review");
    CHECK_THAT(world.ticket(id).reason.text, Contains("The PSA may have the ticket"));
    CHECK(world.ticket(id).openSince);
    CHECK(world.psa->creates() == 1);
    CHECK(!world.queue->wakeAt()); // it waits for a human alone

    world.alter = [](const Work &, CallOutcome &) {}; // as after an update of the plugin
    world.store->write([&](StoreWriter &writer) {
        CHECK_THROWS_AS(psa::service::retryTicket(writer, id, false), psa::ticket::ActionNotAllowed);
        psa::service::retryTicket(writer, id, true);
    });
    CHECK(world.ticket(id).crashes == 0);
    world.runOn();
    CHECK(world.state(id) == "done");
    CHECK(world.psa->creates() == 1);
}

TEST_CASE("a rejected ticket whose lookup crashes twice keeps the words of its rejection", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = [](const std::string &) {
        FakePsa::Fate fate;
        fate.status = 500;
        fate.words = "no such queue";
        return fate;
    };
    world.alter = endingFor({"REF1"}, die, ClaimFor::reconciling);
    const auto id = world.submit("REF1");
    world.run();
    CHECK(world.state(id) == "dead");
    world.runOn();
    CHECK(world.state(id) == "needs_review");
    CHECK_THAT(world.ticket(id).reason.text, Contains("The PSA of the test says 500.") &&
                                                 Contains("crashed in 2 calls") && !Contains("looked up once"));
}

TEST_CASE("tickets whose calls died together with another one are delivered, and pause nothing", "[queue]")
{
    DeliveryWorld world;
    const std::set<std::string> references = {"REF1", "REF2", "REF3"};
    world.psa->fate = unreachableFor(references);
    world.alter = endingFor(references, [](CallOutcome &outcome) {
        die(outcome);
        outcome.alone = false;
    });
    std::vector<std::int64_t> ids;
    for (const std::string &reference : references)
        ids.push_back(world.submit(reference));
    world.run();
    CHECK(world.queue->status().pause == Pause::none);
    for (const std::int64_t id : ids)
        CHECK(world.ticket(id).crashes == 1);
    world.alter = [](const Work &, CallOutcome &) {};
    world.psa->fate = [](const std::string &) { return FakePsa::Fate{}; };
    world.runOn();
    for (const std::int64_t id : ids)
        CHECK(world.state(id) == "done");
}

TEST_CASE("a plugin that crashes over different tickets pauses its connection until a probe passes", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = unreachableFor({"REF1", "REF2", "REF3"});
    world.alter = endingFor({"REF1", "REF2", "REF3"}, die);
    std::vector<std::int64_t> ids;
    for (const char *reference : {"REF1", "REF2", "REF3"})
    {
        ids.push_back(world.submit(reference));
        world.clock->advance(1ms);
        world.run();
    }
    const auto paused = world.queue->status();
    CHECK(paused.pause == Pause::plugin);
    CHECK_THAT(paused.reason, Contains("com.example.relay@1.0.0") && Contains("SIGSEGV"));
    CHECK(world.ticket(ids[2]).attempts == 0); // it waits
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].code == "plugin");

    world.alter = [](const Work &, CallOutcome &) {};
    world.psa->fate = [](const std::string &) { return FakePsa::Fate{}; };
    world.runOn();
    CHECK(world.queue->status().pause == Pause::none);
    for (const std::int64_t id : ids)
        CHECK(world.state(id) == "done");
}

TEST_CASE("calls that hang spend attempts as timeouts do, and never need review for that", "[queue]")
{
    DeliveryWorld world;
    world.psa->fate = unreachableFor({"BAD"});
    world.alter = endingFor({"BAD"}, hang);
    const auto bad = world.submit("BAD");
    world.run();
    CHECK(world.state(bad) == "retry_at");
    CHECK(world.ticket(bad).reason.code == "timeout");
    const auto good = world.submit("REF1");
    world.runOn(1);
    CHECK(world.state(good) == "done");
    CHECK(world.ticket(bad).attempts > 2);
    CHECK(world.ticket(bad).crashes == 0);
    CHECK(world.state(bad) == "retry_at");

    world.alter = endingFor({"REF2"}, hang, ClaimFor::sending);
    const auto sent = world.submit("REF2"); // it hung after its request
    world.runOn(1);
    CHECK(world.state(sent) == "done");
    CHECK(world.ticket(sent).outcome.recovered);
    CHECK(world.psa->counts().at("REF2") == 1);
}
