// The life of a ticket after it was created: notes, changes, people, through the real plugin.
#include "fixture.h"
#include "tests/integration/common/living_ticket.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::connectwise;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using Document = psa::sandbox::Object::Ptr;
using Options = psa::connection::CallOptions;

struct Living : LivingTicket<Setup>
{
    explicit Living(const std::string &changes = R"({"fields": {"notify": false}})") : LivingTicket(ticket(changes)) {}
    CallOutcome write(const std::string &reference, const std::string &more = "")
    {
        return LivingTicket::write(reference, R"(,"visibility":"internal")" + more);
    }
};

} // namespace

TEST_CASE("without faults a note costs one request, a change two, a look at an untouched ticket one")
{
    Living life;
    REQUIRE(
        life.set(R"("status":"Waiting Customer")").ok()); // Reads the board's statuses, which are cached from now on.
    REQUIRE(life.touched() == "no");
    CHECK(life.requestsOf([&] { REQUIRE(life.write("NOTE1").ok()); }) == 1);
    CHECK(life.requestsOf([&] { REQUIRE(life.set(R"("status":"In Progress")").ok()); }) == 2);
    CHECK(life.requestsOf([&] { REQUIRE(life.set(R"("status":"In Progress")").ok()); }) == 1);
    CHECK(life.requestsOf([&] { CHECK(life.touched() == "no"); }) == 4);
    CHECK(life.requestsOf([&] { CHECK(life.touched() == "no"); }) == 1);
    CHECK(life.requestsOf([&] { CHECK(life.notesFound("NOTE1") == 1); }) == 1);
    // Resolve if untouched: look, note, status.
    CHECK(life.requestsOf([&] {
        CHECK(life.touched() == "no");
        REQUIRE(life.write("NOTE2", R"(,"kind":"resolution")").ok());
        REQUIRE(life.set(R"("status":"Closed")").ok());
    }) == 4);
    CHECK(life.truth().closed);
}

TEST_CASE("nobody is e-mailed in the whole life of a ticket that was created silently")
{
    Living life;
    for (const char *more : {"", R"(,"visibility":"public")", R"(,"kind":"resolution")"})
        REQUIRE(life.write("NOTE1", more).ok());
    REQUIRE(life.set(R"("status":"Closed","priority":1,"assignee":"ttech")").ok());
    REQUIRE(life.set(R"("status":"In Progress")").ok());
    CHECK(life.sandbox().truth().notifications.empty());
    REQUIRE(life.write("NOTE2", R"(,"notify":true)").ok());
    CHECK(life.sandbox().truth().notifications.size() == 1);
}

TEST_CASE("what a person does is a touch, also when our own note came after it")
{
    const auto [action, more, said] = GENERATE(table<std::string, std::string, std::string>(
        {{"note", "", "Tess Tech wrote a note"},
         {"note", R"(, "by": "ada@acme.example")", "Ada Byron (a contact)"},
         {"time", "", "Tess Tech"},
         {"status", R"(, "status": "Waiting Customer")", "ttech changed"},
         {"assign", R"(, "to": "sdesk")", "ttech changed"},
         {"close", "", "ttech changed"}}));
    const bool after = GENERATE(false, true);
    CAPTURE(action, more, after);
    Living life;
    life.act(action, more);
    if (after)
        REQUIRE(life.write("NOTE1").ok());
    std::size_t requests = 0;
    Document seen;
    requests = life.requestsOf([&] { seen = life.look(); });
    CHECK(seen->getValue<std::string>("touched") == "yes");
    CHECK_THAT(seen->getArray("by")->getObject(0)->getValue<std::string>("what"), Contains(said));
    CHECK(requests <= 4);
    CHECK(life.touched() == "no"); // It was told.
}

TEST_CASE("a time entry whose notes the ticket does not show is a touch")
{
    Living life;
    life.sandbox().setSwitch("time.shown", "false");
    life.act("time");
    REQUIRE(life.write("NOTE1").ok());
    const auto seen = life.look();
    CHECK(seen->getArray("by")->getObject(0)->getValue<std::string>("what") == "Tess Tech entered time");
}

TEST_CASE("a status that a person set and set back is a touch")
{
    Living life;
    life.act("close");
    life.act("status", R"(, "status": "In Progress")");
    REQUIRE(life.write("NOTE1").ok());
    CHECK(life.touched() == "yes");
}

TEST_CASE("notes, changes and the closing of this host are no touch, nor is a workflow rule")
{
    Living life;
    REQUIRE(life.write("NOTE1", R"(,"visibility":"public")").ok());
    REQUIRE(life.set(R"("status":"Closed","assignee":"Tess Tech","category":"Proactive")").ok());
    auto seen = life.look();
    CHECK(seen->getValue<std::string>("touched") == "no");
    CHECK(seen->getValue<bool>("closed"));
    life.act("status", R"(, "status": "In Progress", "by": "Workflow")");
    seen = life.look();
    CHECK(seen->getValue<std::string>("touched") == "no");
    CHECK_FALSE(seen->getValue<bool>("closed"));
    CHECK(seen->getObject("status")->getValue<std::string>("label") == "In Progress");
}

TEST_CASE("a status that a workflow rule sets back is seen at the next look")
{
    Living life;
    life.sandbox().setSwitch("ticket.workflow", "revert");
    REQUIRE(life.set(R"("status":"Closed")").ok());
    const auto seen = life.look();
    CHECK(seen->getValue<std::string>("touched") == "no");
    CHECK_FALSE(seen->getValue<bool>("closed"));
    CHECK(seen->getObject("status")->getValue<std::string>("id") == "17");
}

TEST_CASE("where notes do not move their ticket, a person's note is seen once our own one has shown it")
{
    Living life;
    life.sandbox().setSwitch("note.movesTicket", "false");
    REQUIRE(life.write("NOTE1").ok());
    CHECK(life.touched() == "no");
    life.act("note");
    CHECK(life.touched() == "yes");
    CHECK(life.requestsOf([&] { CHECK(life.touched() == "no"); }) == 2);
}

TEST_CASE("a role without the audit trail and time still tells a person's note and values from our own")
{
    Living life;
    for (const char *right : {"AuditTrail query", "TimeEntries query"})
        life.sandbox().changeTenant(std::string(R"({"revoke": ")") + right + "\"}");
    REQUIRE(life.write("NOTE1").ok());
    CHECK(life.touched() == "no");
    life.act("time");
    REQUIRE(life.write("NOTE2").ok());
    CHECK(life.touched() == "yes");
    life.act("assign");
    REQUIRE(life.write("NOTE3").ok());
    CHECK(life.touched() == "unclear");
}

TEST_CASE("a note whose response was lost is there once or not at all, and looking it up tells which")
{
    const auto [fault, there] =
        GENERATE(table<std::string, std::size_t>({{R"({"kind": "commit-then-drop"})", 1},
                                                  {R"({"kind": "commit-then-reset"})", 1},
                                                  {R"({"kind": "commit-then-cut", "bytes": 40})", 1},
                                                  {R"({"kind": "truncated-body", "bytes": 9})", 1},
                                                  {R"({"kind": "garbage-body"})", 1},
                                                  {R"({"kind": "errors-500", "when": "after"})", 1},
                                                  {R"({"kind": "empty-500"})", 0},
                                                  {R"({"kind": "drop-before"})", 0}}));
    CAPTURE(fault);
    Living life;
    life.faultAt("POST", "/notes$", fault, 1);
    const CallOutcome outcome = life.write("NOTE1");
    INFO(describe(outcome));
    CHECK(statusOf(outcome) == PSA_OUTCOME_UNKNOWN);
    CHECK(life.notesFound("NOTE1") == there);
    if (there == 0)
        REQUIRE(life.write("NOTE1").ok());
    CHECK(life.notesFound("NOTE1") == 1);
    CHECK(life.notesWith("NOTE1") == 1);
    CHECK(life.touched() == "no");
}

TEST_CASE("a change whose response was lost is repeated without effect, and a dry run tells whether it was made")
{
    const auto [fault, made] = GENERATE(table<std::string, bool>({{R"({"kind": "commit-then-drop"})", true},
                                                                  {R"({"kind": "garbage-body"})", true},
                                                                  {R"({"kind": "drop-before"})", false},
                                                                  {R"({"kind": "empty-500"})", false}}));
    CAPTURE(fault);
    Living life;
    life.faultAt("PATCH", "tickets/", fault, 1);
    const std::string closed = R"("status":"Closed","priority":1)";
    CHECK(statusOf(life.set(closed)) == PSA_OUTCOME_UNKNOWN);
    Options dry;
    dry.dryRun = true;
    CHECK(life.set(closed, dry).ok() == made);
    const std::size_t before = life.sandbox().truth().changes.size();
    REQUIRE(life.set(closed).ok());
    CHECK(life.sandbox().truth().changes.size() == (made ? before : before + 2));
    CHECK(life.truth().closed);
    CHECK(life.touched() == "no");
}

TEST_CASE("a note that appears late is found when it does, and its duplicate can be deleted")
{
    Living life;
    life.faultAt("POST", "/notes$", R"({"kind": "late-visible", "ms": 600000})", 1);
    REQUIRE(life.write("NOTE1").ok());
    CHECK(life.notesFound("NOTE1") == 0);
    REQUIRE(life.write("NOTE1").ok());
    life.sandbox().advance(10min);
    const CallOutcome found = life.findNote(life.id, "NOTE1");
    REQUIRE(found.ok());
    const auto notes = json(found.result)->getArray("notes");
    REQUIRE(notes->size() == 2);
    const auto second = notes->getObject(1)->getValue<std::string>("id");
    CHECK(life.requestsOf([&] { CHECK(life.removeNote(life.id, second).ok()); }) == 2);
    CHECK(life.removeNote(life.id, second).ok());
    CHECK(life.notesWith("NOTE1") == 1);
    CHECK(life.touched() == "no");
}

TEST_CASE("a person's note is never deleted")
{
    Living life;
    const std::int64_t note =
        life.sandbox().act(R"({"ticketId": )" + life.id + R"(, "action": "note", "text": "See\nNOTE1"})");
    CHECK(statusOf(life.removeNote(life.id, std::to_string(note))) == PSA_CONFLICT);
    CHECK(life.sandbox().truth().notes.size() == 1);
}

TEST_CASE("a merged ticket ends with a clear word, for notes, changes and looks")
{
    Living life;
    const std::string other = ticketId(life.create("01ARZ3NDEKTSV4RRFFQ69G5FAX", ticket()));
    life.sandbox().setSwitch("note.merged", "reject");
    life.act("merge", R"(, "into": )" + other);
    for (const CallOutcome &outcome : {life.write("NOTE1"), life.set(R"("status":"Closed")")})
    {
        CHECK(statusOf(outcome) == PSA_NOT_FOUND);
        CHECK(outcome.error->field.empty());
        CHECK_THAT(outcome.error->message, Contains("merged into ticket " + other));
    }
    const auto seen = life.look();
    CHECK(seen->getObject("mergedInto")->getValue<std::string>("id") == other);
    CHECK(seen->getValue<std::string>("touched") == "yes");
}

TEST_CASE("a deleted ticket ends with a clear word, and a look at it is a result")
{
    Living life;
    life.act("delete");
    for (const CallOutcome &outcome : {life.write("NOTE1"), life.set(R"("status":"Closed")"),
                                       life.set(R"("device":700)"), life.findNote(life.id, "NOTE1")})
    {
        CHECK(statusOf(outcome) == PSA_NOT_FOUND);
        CHECK(outcome.error->field.empty());
    }
    CHECK(life.look()->getValue<bool>("deleted"));
}

TEST_CASE("closing without its right, or without what the board demands, is told so that it can be mended")
{
    Living life(R"({"fields": {"notify": false}, "category": null})");
    life.sandbox().changeTenant(R"({"revoke": "CloseServiceTickets update"})");
    const CallOutcome right = life.set(R"("status":"Closed")");
    CHECK(statusOf(right) == PSA_PERMISSION);
    CHECK_THAT(right.error->hint, Contains("Close Service Tickets: Edit All"));
    CHECK(life.set(R"("status":"Waiting Customer")").ok());
    life.sandbox().changeTenant(R"({"grant": "CloseServiceTickets update"})");
    life.sandbox().setSwitch("ticket.closeRequires", "subType");
    const CallOutcome board = life.set(R"("status":"Closed")");
    CHECK(statusOf(board) == PSA_INVALID_TICKET);
    CHECK_THAT(board.error->message, Contains("subType field is required"));
    CHECK_FALSE(life.truth().closed);
}

TEST_CASE("a closed discussion refuses a public note and takes an internal one")
{
    Living life;
    life.sandbox().setSwitch("note.closedDiscussion", "reject");
    REQUIRE(life.set(R"("status":"Closed")").ok());
    const CallOutcome outcome = life.write("NOTE1", R"(,"visibility":"public")");
    CHECK(statusOf(outcome) == PSA_INVALID_TICKET);
    CHECK_THAT(outcome.error->message, Contains("locked"));
    CHECK(life.write("NOTE1").ok());
}

TEST_CASE("statuses are those of the board that the ticket is on now")
{
    Living life;
    REQUIRE(life.set(R"("status":"Closed")").ok());
    CHECK(life.truth().status == "Closed");
    const CallOutcome other = life.set(R"("status":"Acknowledged")");
    CHECK(statusOf(other) == PSA_INVALID_TICKET);
    CHECK_THAT(other.error->hint, Contains("In Progress (17)"));
    Living alerts(R"({"queue": 2, "status": 26, "category": 111})");
    REQUIRE(alerts.set(R"("status":"closed")").ok());
    CHECK(alerts.truth().board == "Alerts");
    CHECK(alerts.truth().closed);
}

TEST_CASE("a ticket is created with its owner, and gets its device once")
{
    Living life(R"({"assignee": "Tess Tech"})");
    CHECK(life.truth().owner == "ttech");
    CHECK(life.touched() == "no");
    CHECK(life.requestsOf([&] { REQUIRE(life.set(R"("device":"700")").ok()); }) == 2);
    CHECK(life.requestsOf([&] { REQUIRE(life.set(R"("device":"SRV01")").ok()); }) == 1);
    REQUIRE(life.set(R"("device":"SRV02")").ok());
    CHECK(life.truth().configurations == std::vector<std::int64_t>{700, 701});
    CHECK(life.touched() == "no");
    CHECK(life.set(R"("device":"SRV03")").error->field == "device"); // It is not active.
    CHECK(life.set(R"("device":710)").ok());                         // ConnectWise does not check the company.
}

TEST_CASE("the owner of tickets can be a ticket default of a host that does not know owners")
{
    Living life(R"({"fields": {"assignee": "sdesk"}})");
    CHECK(life.truth().owner == "sdesk");
}

TEST_CASE("the test of a connection says what closing needs and what the role may not read")
{
    Setup setup;
    setup.warmUp();
    CallOutcome outcome = setup.test();
    REQUIRE(outcome.ok());
    CHECK_THAT(detail(outcome, "Right to close tickets"), Contains("Close Service Tickets: Edit All"));
    CHECK(warnings(outcome).empty());
    setup.sandbox().changeTenant(R"({"revoke": "AuditTrail query"})");
    setup.sandbox().changeTenant(R"({"revoke": "Members query"})");
    outcome = setup.test();
    REQUIRE(outcome.ok());
    const auto said = warnings(outcome);
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[0], Contains("an owner only by id"));
    CHECK_THAT(said[1], Contains("audit trail"));
}
