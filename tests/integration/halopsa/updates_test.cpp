// The life of a ticket after it was created: notes, changes, people, through the real plugin.
#include "fixture.h"
#include "tests/integration/common/living_ticket.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::halopsa;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using Document = psa::sandbox::Object::Ptr;

struct Living : LivingTicket<Setup>
{
    explicit Living(const std::string &changes = "{}", const Values &configuration = {})
        : LivingTicket(ticket(changes), configuration)
    {
    }
    CallOutcome write(const std::string &reference, const std::string &more = R"(,"visibility":"internal")")
    {
        return LivingTicket::write(reference, more);
    }
};

} // namespace

TEST_CASE("a ticket that nobody has touched is resolved with at most eight requests")
{
    Living life;
    CHECK(life.requestsOf([&] {
        CHECK(life.touched() == "no");
        REQUIRE(life.write("NOTE1", R"(,"visibility":"internal","kind":"resolution")").ok());
        REQUIRE(life.set(R"("status":"Closed")").ok());
    }) <= 8); // with empty caches but for the token
    CHECK(life.truth().closed);
    CHECK(life.look()->getValue<bool>("closed"));
    REQUIRE(life.set(R"("status":"In Progress")").ok());
    CHECK_FALSE(life.look()->getValue<bool>("closed"));
}

TEST_CASE("nobody is emailed in the whole life of a ticket, unless a public note says so")
{
    Living life;
    for (const char *more : {"", R"(,"visibility":"public")", R"(,"visibility":"public","kind":"resolution")",
                             R"(,"visibility":"internal","notify":true)"})
        REQUIRE(life.write("NOTE1", more).ok());
    REQUIRE(life.set(R"("status":"Closed","priority":"High","assignee":"Tess Tech")").ok());
    REQUIRE(life.set(R"("status":"In Progress")").ok());
    CHECK(life.sandbox().truth().notifications.empty());
    REQUIRE(life.write("NOTE2", R"(,"visibility":"public","notify":true)").ok());
    CHECK(life.sandbox().truth().notifications.size() == 1);
}

TEST_CASE("who can read a note follows its visibility")
{
    Living life;
    REQUIRE(life.write("NOTE1", "").ok());
    REQUIRE(life.write("NOTE2", R"(,"visibility":"public")").ok());
    const auto notes = life.sandbox().truth().notes;
    for (const auto &note : notes)
        if (note.text.find("NOTE") != std::string::npos)
            CHECK(note.isPublic == (note.text.find("NOTE2") != std::string::npos));
}

TEST_CASE("what a person does is a touch, also when our own note came after it")
{
    const auto [action, more, said] =
        GENERATE(table<std::string, std::string, std::string>({{"note", "", "Tess Tech"},
                                                               {"note", R"(, "by": "ada@acme.example")", "Ada Byron"},
                                                               {"time", "", "Tess Tech"},
                                                               {"status", R"(, "status": "In Progress")", ""},
                                                               {"assign", R"(, "to": "sven@msp.example")", ""},
                                                               {"close", "", ""}}));
    const bool after = GENERATE(false, true);
    const bool makesActions = GENERATE(true, false);
    CAPTURE(action, more, after, makesActions);
    Living life;
    life.sandbox().setSwitch("status.action", makesActions ? "true" : "false");
    life.act(action, more);
    if (after)
        REQUIRE(life.write("NOTE1").ok());
    Document seen;
    CHECK(life.requestsOf([&] { seen = life.look(); }) <= 5);
    CHECK(seen->getValue<std::string>("touched") != "no");
    if (!said.empty())
        CHECK_THAT(seen->getArray("by")->getObject(0)->getValue<std::string>("what"), Contains(said));
    CHECK(life.touched() == "no"); // It was told.
}

TEST_CASE("notes, changes and the closing of this host are no touch")
{
    Living life;
    REQUIRE(life.write("NOTE1", R"(,"visibility":"public")").ok());
    REQUIRE(
        life.set(
                R"("status":"Closed","assignee":"Tess Tech","category":"Software","queue":"Second Line","device":"SRV-01")")
            .ok());
    const auto seen = life.look();
    CHECK(seen->getValue<std::string>("touched") == "no");
    CHECK(seen->getValue<bool>("closed"));
    CHECK(life.truth().team == "Second Line");
    CHECK(life.truth().assets == std::vector<std::int64_t>{700});
}

TEST_CASE("what is written appears minutes later: a note that is not seen yet is found then, and its duplicate deleted")
{
    Living life;
    life.sandbox().setSwitch("read.lagMs", "240000");
    life.faultMatching(R"("method":"POST","entity":"Actions")", R"({"kind": "commit-then-drop"})", 1);
    CHECK(statusOf(life.write("NOTE1")) == PSA_OUTCOME_UNKNOWN); // and a minute passes
    CHECK(life.notesFound("NOTE1") == 0);
    REQUIRE(life.write("NOTE1").ok()); // as a host that was less patient
    life.sandbox().advance(5min);
    const CallOutcome found = life.findNote(life.id, "NOTE1");
    REQUIRE(found.ok());
    const auto notes = json(found.result)->getArray("notes");
    REQUIRE(notes->size() == 2);
    REQUIRE(life.removeNote(life.id, notes->getObject(1)->getValue<std::string>("id")).ok());
    CHECK(life.notesWith("NOTE1") == 1);
    life.sandbox().advance(5min);
    CHECK(life.touched() == "no");
}

TEST_CASE("a note is found however HaloPSA shows its text")
{
    const std::string shown = GENERATE("exact", "trailing", "preamble", "glued");
    CAPTURE(shown);
    Living life;
    life.sandbox().setSwitch("note.shown", shown);
    REQUIRE(life.write("NOTE1").ok());
    CHECK(life.notesFound("NOTE1") == 1);
    CHECK(life.notesFound("NOTE") == 0);
}

TEST_CASE("a person's note is never deleted")
{
    Living life;
    const std::int64_t note = life.act("note", R"(, "text": "See [ref:NOTE1]")");
    CHECK(statusOf(life.removeNote(life.id, std::to_string(note))) == PSA_CONFLICT);
    CHECK(life.notesWith("NOTE1") == 1);
}

TEST_CASE("a ticket is not taken away from the technician who has taken it")
{
    Living life;
    life.act("assign", R"(, "to": "sven@msp.example")");
    const CallOutcome outcome = life.set(R"("assignee":"Tess Tech")");
    CHECK(statusOf(outcome) == PSA_CONFLICT);
    CHECK(life.truth().agent == "Sven Desk");
}

TEST_CASE("a merged ticket ends with a clear word, for notes, changes and looks")
{
    Living life;
    const std::string other = ticketId(life.create("01ARZ3NDEKTSV4RRFFQ69G5FAX", ticket()));
    life.act("merge", R"(, "into": )" + other);
    for (const CallOutcome &outcome : {life.set(R"("status":"In Progress")")})
    {
        CHECK(statusOf(outcome) == PSA_NOT_FOUND);
        CHECK_THAT(outcome.error->message, Contains("merged into ticket " + other));
    }
    const auto seen = life.look();
    CHECK(seen->getObject("mergedInto")->getValue<std::string>("id") == other);
    CHECK(seen->getValue<std::string>("touched") == "yes");
}

TEST_CASE("a deleted ticket ends with a clear word, however HaloPSA shows it")
{
    const std::string how = GENERATE("soft", "hard");
    CAPTURE(how);
    Living life;
    life.sandbox().setSwitch("ticket.delete", how);
    life.act("delete");
    const CallOutcome outcome = life.set(R"("status":"Closed")");
    CHECK(statusOf(outcome) == PSA_NOT_FOUND);
    CHECK(outcome.error->field.empty());
    CHECK(life.look()->getValue<bool>("deleted"));
}

TEST_CASE("a ticket that the agent may not see any more is not taken for deleted")
{
    const std::string status = GENERATE("400", "403", "404");
    CAPTURE(status);
    Living life;
    life.sandbox().setSwitch("access.ticket", status);
    life.sandbox().changeTenant(R"({"hideTicket": )" + life.id + "}");
    const CallOutcome outcome = life.activity(life.id, life.watermark);
    INFO(describe(outcome));
    if (outcome.ok())
    {
        CHECK_FALSE(json(outcome.result)->optValue("deleted", false));
        CHECK(json(outcome.result)->getValue<std::string>("touched") == "unclear");
    }
    else
        CHECK((statusOf(outcome) == PSA_PERMISSION || statusOf(outcome) == PSA_UNAVAILABLE));
}

TEST_CASE("an outcome that the agent may not use, or that does not exist, is named so that it can be changed")
{
    const std::string outcome = GENERATE("Manager Note", "99");
    const std::string status = GENERATE("400", "403");
    CAPTURE(outcome, status);
    Living life("{}", {{"outcome", outcome}});
    life.sandbox().setSwitch("action.refusal", status);
    const CallOutcome note = life.write("NOTE1");
    INFO(describe(note));
    CHECK((statusOf(note) == PSA_INVALID_TICKET || statusOf(note) == PSA_PERMISSION));
    CHECK(life.notesWith("NOTE1") == 0);
}

TEST_CASE("a status that a rule sets back, or that is pending closure, is seen at the next look")
{
    const std::string rule = GENERATE("rule.revertStatus", "ticket.pendingClosure");
    CAPTURE(rule);
    Living life("{}", {{"runRules", "true"}});
    life.sandbox().setSwitch(rule, "true");
    REQUIRE(life.set(R"("status":"Closed")").ok());
    CHECK_FALSE(life.look()->getValue<bool>("closed"));
}

TEST_CASE("rules that set a status do not run for notes and changes unless the connection says so")
{
    const bool runRules = GENERATE(true, false);
    Living life("{}", {{"runRules", runRules ? "true" : "false"}});
    life.sandbox().setSwitch("rule.noteStatus", "2");
    REQUIRE(life.write("NOTE1").ok());
    CHECK(life.truth().status == (runRules ? "In Progress" : "New"));
}

TEST_CASE("the closed statuses are those of the ticket's type, whatever their numbers")
{
    Living life(R"({"fields": {"ticketType": "Alert"}})");
    REQUIRE(life.set(R"("status":"Auto-Resolved")").ok());
    CHECK(life.truth().closed);
    CHECK(life.look()->getValue<bool>("closed"));
    CHECK(statusOf(life.set(R"("status":"Cancelled")")) == PSA_INVALID_TICKET); // of other types
}
