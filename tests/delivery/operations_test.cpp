// The path of notes and changes from the store to a PSA, through a real plugin; only the PSA and the clock are simulated.
#include "host/delivery/operation_steps.h"
#include "host/service/ticket_actions.h"
#include "tests/delivery/world.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace std::chrono_literals;
using psa::delivery::Pause;
using psa::store::StoreWriter;
using psa::test::DeliveryWorld;
using psa::test::FakePsa;
using psa::test::FakeUpdates;

namespace {

/// With one ticket that is created, as 1000 in the PSA.
struct UpdateWorld : DeliveryWorld
{
    UpdateWorld() : DeliveryWorld("honest", psa::test::updater())
    {
        id = submit("REF1");
        run();
    }

    /// The texts of the ticket's notes in the PSA, in their order.
    std::vector<std::string> texts() const
    {
        std::vector<std::string> texts;
        for (const FakeUpdates::Note &each : psa->updates.notes)
            texts.push_back(each.text);
        return texts;
    }
    const std::string &status() { return psa->updates.tickets["1000"].status; }
    const std::vector<std::string> &everySet() { return psa->updates.tickets["1000"].set; }

    std::int64_t id = 0;
};

/// The first request gets `first`, and later ones succeed.
std::function<FakeUpdates::Fate(const std::string &)> once(FakeUpdates::Fate first)
{
    return [first, met = false](const std::string &) mutable {
        return std::exchange(met, true) ? FakeUpdates::Fate{} : first;
    };
}

constexpr FakeUpdates::Fate lost{true, false, true, 200, 0s};       ///< Done, and the response is lost.
constexpr FakeUpdates::Fate neverDone{false, false, true, 200, 0s}; ///< Not done, and no response.

} // namespace

TEST_CASE("a note costs one request, and a change two", "[operations]")
{
    UpdateWorld world;
    const auto note = world.note(world.id, "first");
    world.run();
    CHECK(world.operationState(note) == "done");
    CHECK(world.operation(note).result.noteId == "1");
    CHECK(world.psa->updates.requests == 1);
    const auto change = world.change(world.id, "Closed");
    world.run();
    CHECK(world.operationState(change) == "done");
    CHECK(world.operation(change).result.changed == std::vector<std::string>{"status"});
    CHECK(world.psa->updates.requests == 3);
    CHECK(world.status() == "Closed");
}

TEST_CASE("a change of a ticket that has its values already sets nothing", "[operations]")
{
    UpdateWorld world;
    const auto change = world.change(world.id, "Open");
    world.run();
    CHECK(world.operationState(change) == "done");
    CHECK(world.operation(change).reason.code == "equal");
    CHECK(world.everySet().empty());
}

TEST_CASE("a note of a ticket that is not created yet waits for it", "[operations]")
{
    DeliveryWorld world("honest", psa::test::updater());
    bool down = true;
    world.psa->fate = [&](const std::string &) { return FakePsa::Fate{true, true, !down, 201, 0, 0}; };
    const auto id = world.submit("REF1");
    const auto note = world.note(id, "first");
    world.run();
    CHECK(world.operationState(note) == "ready");
    CHECK_FALSE(world.operation(note).due);
    down = false;
    world.runOn(1);
    CHECK(world.operationState(note) == "done");
    CHECK(world.psa->updates.notes.size() == 1);
}

TEST_CASE("the notes of a ticket that is discarded are cancelled, and come back when it is retried", "[operations]")
{
    DeliveryWorld world("honest", psa::test::updater());
    world.psa->fate = [&](const std::string &) { return FakePsa::Fate{false, true, true, 400, 0, 0}; };
    const auto id = world.submit("REF1");
    const auto note = world.note(id, "first");
    world.run();
    REQUIRE(world.state(id) == "dead");
    CHECK(world.operationState(note) == "cancelled");
    CHECK(world.operation(note).reason.code == "no_ticket");
    world.psa->fate = [](const std::string &) { return FakePsa::Fate{}; };
    world.store->write([&](StoreWriter &writer) { psa::service::retryTicket(writer, id, false); });
    world.run();
    CHECK(world.state(id) == "done");
    CHECK(world.operationState(note) == "done");
    CHECK(world.psa->updates.notes.size() == 1);
}

TEST_CASE("operations of one ticket are carried out in their order, also after a failure", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.noteFate = once({true, true, false, 200, 0s}); // not sent
    world.note(world.id, "down");
    world.change(world.id, "Closed");
    world.note(world.id, "up", "public");
    world.run();
    CHECK(world.everySet().empty());
    world.runOn(1);
    CHECK(world.texts() == std::vector<std::string>{"down", "up"});
    CHECK(world.status() == "Closed");
}

TEST_CASE("five notes that wait cost one request, and keep their times and order", "[operations]")
{
    UpdateWorld world;
    world.queue->pause(Pause::transport, "by the test");
    std::vector<std::int64_t> notes;
    for (const char *text : {"a", "b", "c", "d", "e"})
    {
        notes.push_back(world.note(world.id, text));
        world.clock->advance(1s);
    }
    world.renew();
    world.run();
    CHECK(world.psa->updates.requests == 1);
    REQUIRE(world.texts().size() == 1);
    std::size_t at = 0;
    for (const char *text :
         {"00:00:00 UTC\\na", "00:00:01 UTC\\nb", "00:00:02 UTC\\nc", "00:00:03 UTC\\nd", "00:00:04 UTC\\ne"})
    {
        const std::size_t found = world.texts()[0].find(text);
        CAPTURE(text, world.texts()[0]);
        REQUIRE(found != std::string::npos);
        CHECK(found >= at);
        at = found;
    }
    for (const auto note : notes)
    {
        CHECK(world.operationState(note) == "done");
        CHECK(world.operation(note).result.noteId == "1");
    }
    CHECK(world.operation(notes[4]).mergedInto == notes[0]);
}

TEST_CASE("notes for different readers are not merged, nor those that are too long together", "[operations]")
{
    UpdateWorld world;
    world.queue->pause(Pause::transport, "by the test");
    SECTION("internal and public")
    {
        world.note(world.id, "internal 1");
        world.note(world.id, "public", "public");
        world.note(world.id, "internal 2");
        world.renew();
        world.run();
        CHECK(world.texts() == std::vector<std::string>{"internal 1", "public", "internal 2"});
    }
    SECTION("too long")
    {
        world.note(world.id, std::string(1500, 'a'));
        world.note(world.id, std::string(1500, 'b'));
        world.renew();
        world.run();
        CHECK(world.texts() == std::vector<std::string>{std::string(1500, 'a'), std::string(1500, 'b')});
    }
}

TEST_CASE("a later change of a field that waits replaces the earlier one", "[operations]")
{
    UpdateWorld world;
    world.queue->pause(Pause::transport, "by the test");
    const auto first = world.change(world.id, "Closed");
    const auto second = world.change(world.id, "Waiting");
    world.renew();
    world.run();
    CHECK(world.everySet() == std::vector<std::string>{"Waiting"});
    CHECK(world.operationState(first) == "done");
    CHECK(world.operationState(second) == "done");
}

TEST_CASE("a merged note that is discarded with its carrier is not lost", "[operations]")
{
    UpdateWorld world;
    world.queue->pause(Pause::transport, "by the test");
    const auto first = world.note(world.id, "a");
    const auto second = world.note(world.id, "b");
    world.renew();
    world.psa->updates.noteFate = once({true, true, false, 200, 0s}); // not sent
    world.run();
    REQUIRE(world.operationState(first) == "retry_at");
    REQUIRE(world.operation(second).mergedInto == first);
    world.store->write([&](StoreWriter &writer) {
        psa::service::discardOperation(writer, first, {"discarded", "by the test"});
    });
    world.run();
    CHECK(world.operationState(second) == "done");
    CHECK(world.texts() == std::vector<std::string>{"b"});
}

TEST_CASE("a note whose response was lost is looked up, and not written again", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.noteFate = once(lost);
    const auto note = world.note(world.id, "first");
    const auto later = world.note(world.id, "second", "public");
    world.run();
    CHECK(world.operationState(note) == "unknown");
    CHECK(world.operationState(later) == "ready");
    world.runOn(1);
    CHECK(world.operationState(note) == "done");
    CHECK(world.operation(note).result.recovered);
    CHECK(world.texts() == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a note that the PSA does not show within the quiet period is written again", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.noteFate = once(neverDone);
    const auto note = world.note(world.id, "first");
    world.runOn(1);
    CHECK(world.operationState(note) == "done");
    CHECK(world.operation(note).attempts == 2);
    CHECK(world.texts() == std::vector<std::string>{"first"});
}

TEST_CASE("a note that the PSA shows only after the quiet period is doubled, and the second one removed",
          "[operations]")
{
    UpdateWorld world;
    world.psa->updates.noteFate = once({true, false, true, 200, 45s});
    const auto note = world.note(world.id, "first");
    world.runOn(3);
    CHECK(world.operationState(note) == "done");
    CHECK(world.operation(note).ended);
    CHECK(world.texts() == std::vector<std::string>{"first"});
    REQUIRE(world.operation(note).result.warnings.size() == 1);
    CHECK_THAT(world.operation(note).result.warnings[0], Catch::Contains("deleted"));
    CHECK(std::any_of(world.log.begin(), world.log.end(),
                      [](const std::string &line) { return line.find("this note 2 times") != std::string::npos; }));
}

TEST_CASE("a change whose response was lost is found by reading, and not made again", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.statusFate = once(lost);
    const auto change = world.change(world.id, "Closed");
    world.run();
    CHECK(world.operationState(change) == "unknown");
    world.runOn(1);
    CHECK(world.operationState(change) == "done");
    CHECK(world.operation(change).reason.code == "recovered");
    CHECK(world.everySet() == std::vector<std::string>{"Closed"});
}

TEST_CASE("a change that was not made is made once more while no human touches the ticket", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.statusFate = once(neverDone);
    const auto change = world.change(world.id, "Closed");
    world.runOn(1);
    CHECK(world.operationState(change) == "done");
    CHECK(world.everySet() == std::vector<std::string>{"Closed"});
}

TEST_CASE("an unknown change after a human has reopened sets nothing and needs review", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.statusFate = once(lost);
    const auto change = world.change(world.id, "Closed");
    world.run();
    REQUIRE(world.operationState(change) == "unknown");
    world.psa->updates.humanSets("1000", "Open");
    const std::size_t sets = world.everySet().size();
    world.runOn(24);
    CHECK(world.operationState(change) == "needs_review");
    CHECK(world.operation(change).reason.code == "touched");
    CHECK(world.everySet().size() == sets);
    CHECK(world.status() == "Open");
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "change.needs_review");
    CHECK(world.notices[0].ticketId == world.id);

    // It does not keep later notes from the ticket.
    const auto note = world.note(world.id, "later");
    world.run();
    CHECK(world.operationState(note) == "done");
}

TEST_CASE("a conditional change leaves a ticket alone that a human has touched, even before our own last note",
          "[operations]")
{
    UpdateWorld world;
    const auto note = [&] {
        world.note(world.id, "ours");
        world.runOn(1);
    };
    SECTION("touched before our note")
    {
        world.psa->updates.humanSets("1000", "In progress");
        note();
    }
    SECTION("touched after our note")
    {
        note();
        world.psa->updates.humanSets("1000", "In progress");
    }
    const auto change = world.change(world.id, "Closed", true);
    world.runOn(1);
    CHECK(world.operationState(change) == "cancelled");
    CHECK(world.operation(change).reason.code == "touched");
    CHECK_THAT(world.operation(change).reason.text, Catch::Contains("A human set the status In progress"));
    CHECK(world.everySet().empty());
}

TEST_CASE("a conditional change of a deleted ticket is dead, and does not say that a human is at work on it",
          "[operations]")
{
    UpdateWorld world;
    world.psa->updates.humanSets("1000", "Deleted"); // a human act, too
    const auto change = world.change(world.id, "Closed", true);
    world.runOn(1);
    CHECK(world.operationState(change) == "dead");
    CHECK(world.operation(change).reason.code == "gone");
    CHECK(world.everySet().empty());
}

TEST_CASE("our own operations do not count as touching", "[operations]")
{
    UpdateWorld world;
    world.note(world.id, "ours");
    world.change(world.id, "Waiting");
    world.runOn(1);
    const auto change = world.change(world.id, "Closed", true);
    world.run();
    CHECK(world.operationState(change) == "done");
    CHECK(world.status() == "Closed");
}

TEST_CASE("a conditional change does not wait an hour for the next try of a reading that failed", "[operations]")
{
    UpdateWorld world;
    world.note(world.id, "ours");
    world.run();
    world.psa->updates.activityStatus = 500;
    world.clock->advance(2s);
    REQUIRE(world.queue->readTickets());
    world.psa->updates.activityStatus = 200;
    REQUIRE(*world.watch(world.id).due > world.clock->wallNow() + 30min);
    const auto change = world.change(world.id, "Closed", true);
    world.run();
    CHECK(world.operationState(change) == "done");
    CHECK(world.status() == "Closed");
}

TEST_CASE("a status that the PSA sets back is reported on the change", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.rule = [](const std::string &) { return "In progress"; };
    const auto change = world.change(world.id, "Closed");
    world.runOn(1);
    CHECK(world.operationState(change) == "done");
    REQUIRE(world.operation(change).result.warnings.size() == 1);
    CHECK_THAT(world.operation(change).result.warnings[0],
               Catch::Contains("In progress") && Catch::Contains("workflow rule"));
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "ticket.status_reverted");
    CHECK(world.watch(world.id).status == "In progress");
}

TEST_CASE("a status that the PSA sets back is reported once, even if a note is written while it is read",
          "[operations]")
{
    UpdateWorld world;
    world.psa->updates.rule = [](const std::string &) { return "In progress"; };
    const auto change = world.change(world.id, "Closed");
    world.run();
    const auto note = world.note(world.id, "first");
    world.alter = [&](const auto &, auto &) { // the ticket is read before the note is settled
        world.clock->advance(2s);
        REQUIRE(world.queue->readTickets());
        world.alter = [](const auto &, auto &) {};
    };
    world.runOn(1);
    CHECK(world.operationState(note) == "done");
    CHECK(world.operation(change).result.warnings.size() == 1);
    CHECK(world.notices.size() == 1);
    CHECK(world.watch(world.id).status == "In progress");
}

TEST_CASE("a status that is set while the ticket is read does not count as set back", "[operations]")
{
    UpdateWorld world;
    world.change(world.id, "Waiting");
    world.run();
    const auto change = world.change(world.id, "Closed");
    world.alter = [&](const auto &, auto &) { // it is set, and not settled yet
        world.clock->advance(2s);
        world.queue->readTickets();
        world.alter = [](const auto &, auto &) {};
    };
    world.runOn(1);
    CHECK(world.operationState(change) == "done");
    CHECK(world.notices.empty());
    CHECK(world.watch(world.id).status == "Closed");
}

TEST_CASE("tickets are created before older notes are written while the quota is short", "[operations]")
{
    UpdateWorld world;
    const auto note = world.note(world.id, "older");
    world.clock->advance(1s);
    world.submit("REF2");
    const auto first = world.queue->claim();
    REQUIRE(first);
    CHECK(first->operation); // the one that has waited longer
    CHECK(first->progress().id == note);
}

TEST_CASE("a status that the PSA does not know says where the one of resolved tickets is chosen", "[operations]")
{
    UpdateWorld world;
    psa::ticket::NewOperation request;
    request.kind = psa::ticket::OperationKind::change;
    request.reference = "RESOLVE";
    request.intent = "resolve";
    request.documentJson = R"({"version":1,"status":"Nonsense"})";
    const auto id = world.store->write([&](StoreWriter &writer) {
        return psa::service::insertOperations(writer, world.id, {request}).operations.front().id;
    });
    world.run();
    CHECK(world.operationState(id) == "needs_review");
    CHECK_THAT(world.operation(id).reason.text,
               Catch::Contains("no status") && Catch::Contains("Choose the status of resolved tickets"));
}

TEST_CASE("a right that only a change needs does not pause the connection", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.statusFate = once({true, true, true, 403, 0s});
    const auto change = world.change(world.id, "Closed");
    world.run();
    CHECK(world.operationState(change) == "needs_review");
    CHECK(world.queue->status().pause == Pause::none);
    const auto other = world.submit("REF2");
    world.run();
    CHECK(world.state(other) == "done");
}

TEST_CASE("a note of a deleted ticket ends, without a retry", "[operations]")
{
    UpdateWorld world;
    world.psa->updates.noteFate = once({true, true, true, 404, 0s});
    const auto note = world.note(world.id, "first");
    world.runOn(1);
    CHECK(world.operationState(note) == "dead");
    CHECK(world.psa->updates.requests == 1);
}

TEST_CASE("a crash at any moment of a note or change leaves it done once", "[operations]")
{
    for (const bool isNote : {true, false})
        for (const char *point : {"claimed", "called"})
        {
            CAPTURE(isNote, point);
            UpdateWorld world;
            const auto id = isNote ? world.note(world.id, "first") : world.change(world.id, "Closed");
            const auto work = world.queue->claim();
            REQUIRE(work);
            if (point != std::string("claimed"))
                world.queue->call(*work); // its result is lost with the process
            world.restart();
            CHECK(world.operationState(id) == "unknown");
            world.runOn(1);
            CHECK(world.operationState(id) == "done");
            CHECK(world.texts().size() == (isNote ? 1 : 0));
            CHECK(world.everySet().size() == (isNote ? 0 : 1));
        }
}
