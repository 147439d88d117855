// Notes, changes and activity through the built plugin, against the sandbox with people, rules and faults.
#include "fixture.h"

#include <catch2/catch.hpp>

using namespace psa::net;
using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::autotask;
using psa::sandbox::Object;

namespace {

constexpr const char *hostReference = "HWVJX5PY8Q7XN1DQNPKHE5XK57";
constexpr const char *someNote = R"({"version":1,"text":"Disk is full again","visibility":"internal"})";
constexpr const char *resolve = R"({"version":1,"status":"Complete"})";

/// A connection with one ticket that it created; zone, fields and the API user are cached.
struct LivingTicket : Setup
{
    std::string id;

    explicit LivingTicket(const std::string &document = ticket())
    {
        const CallOutcome made = create(hostReference, document);
        INFO(describe(made));
        REQUIRE(made.ok());
        id = ticketId(made);
        (void)findNote(id, "WARMUP");
    }

    std::int64_t act(const std::string &action, const std::string &more = "{}")
    {
        sandbox().advance(std::chrono::seconds(2));
        return sandbox().act(psa::test::changed(R"({"ticketId":")" + id + R"(","action":")" + action + "\"}", more));
    }
    /// The requests that `call` makes.
    template <class Call>
    std::size_t requestsOf(Call &&call)
    {
        const std::size_t before = simulator().requests();
        const CallOutcome outcome = call();
        INFO(describe(outcome));
        REQUIRE(outcome.ok());
        CHECK(outcome.defects.empty());
        return simulator().requests() - before;
    }
    Object::Ptr seen(const std::string &watermark = {})
    {
        const CallOutcome outcome = activity(id, watermark);
        INFO(describe(outcome));
        REQUIRE(outcome.ok());
        CHECK(outcome.defects.empty());
        return json(outcome.result);
    }
    std::string mark() { return seen()->getValue<std::string>("watermark"); }
    std::size_t notesFound(const std::string &reference)
    {
        const CallOutcome outcome = findNote(id, reference);
        INFO(describe(outcome));
        REQUIRE(outcome.ok());
        return json(outcome.result)->getArray("notes")->size();
    }
    std::size_t notesThere(const std::string &reference) const
    {
        return psa::sandbox::notesWith(sandbox().truth().notes, reference);
    }
    std::string status() const { return sandbox().truth().tickets.front().status; }
};

std::string touchedIn(const Object::Ptr &activity)
{
    return activity->getValue<std::string>("touched");
}

std::string whoIn(const Object::Ptr &activity)
{
    const auto by = activity->getArray("by");
    return by && by->size() > 0 ? by->getObject(0)->getValue<std::string>("what") : std::string();
}

} // namespace

TEST_CASE("a note is internal unless it is to be public, and is found again by its reference")
{
    LivingTicket run;
    REQUIRE(run.addNote(run.id, "NOTE1", someNote).ok());
    REQUIRE(run.addNote(run.id, "NOTE2", R"({"version":1,"text":"We are on it","visibility":"public"})").ok());
    REQUIRE(
        run.addNote(run.id, "NOTE3", R"({"version":1,"text":"New disk","visibility":"internal","kind":"resolution"})")
            .ok());
    const auto notes = run.sandbox().truth().notes;
    REQUIRE(notes.size() == 3);
    CHECK_FALSE(notes[0].isPublic);
    CHECK(notes[0].title == "Disk is full again [NOTE1]");
    CHECK(notes[0].text == "[NOTE1]\nDisk is full again");
    CHECK(notes[0].kind == "Task Notes");
    CHECK(notes[1].isPublic);
    CHECK(notes[2].title == "Resolution [NOTE3]");
    for (const char *reference : {"NOTE1", "NOTE2", "NOTE3"})
        CHECK(run.notesFound(reference) == 1);
    CHECK(run.notesFound("NOTE") == 0);
}

TEST_CASE(
    "without faults a note costs one request, a change two, a reopening two, an equal one one, an activity one or "
    "four")
{
    LivingTicket run;
    const std::string mark = run.mark();
    CHECK(run.requestsOf([&] { return run.activity(run.id, mark); }) == 1);
    CHECK(run.requestsOf([&] { return run.addNote(run.id, "NOTE1", someNote); }) == 1);
    CHECK(run.requestsOf([&] { return run.findNote(run.id, "NOTE1"); }) == 1);
    CHECK(run.requestsOf([&] { return run.activity(run.id, mark); }) == 4);
    CHECK(run.requestsOf([&] { return run.change(run.id, resolve); }) == 2);
    CHECK(run.requestsOf([&] { return run.change(run.id, resolve); }) == 1);
    CHECK(run.requestsOf([&] { return run.change(run.id, R"({"version":1,"status":"In Progress"})"); }) == 2);
    const std::string after = run.seen(mark)->getValue<std::string>("watermark");
    CHECK(run.requestsOf([&] { return run.activity(run.id, after); }) == 1);
}

TEST_CASE("a note whose response is lost exists once or not at all, and the search says which")
{
    const auto [fault, notes] = GENERATE(table<std::string, std::size_t>({{R"({"kind":"commit-then-drop"})", 1},
                                                                          {R"({"kind":"commit-then-reset"})", 1},
                                                                          {R"({"kind":"truncated-body"})", 1},
                                                                          {R"({"kind":"garbage-body"})", 1},
                                                                          {R"({"kind":"empty-500","when":"after"})", 1},
                                                                          {R"({"kind":"empty-500"})", 0},
                                                                          {R"({"kind":"drop-before"})", 0}}));
    CAPTURE(fault);
    LivingTicket run;
    run.faultAt("V1.0/Tickets/[0-9]+/Notes$", fault);
    const CallOutcome outcome = run.addNote(run.id, "NOTE1", someNote);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(run.notesThere("NOTE1") == notes);
    CHECK(run.notesFound("NOTE1") == notes);
}

TEST_CASE("a note that readers see late is found once they see it")
{
    LivingTicket run;
    run.sandbox().setSwitch("read.lagMs", "60000");
    REQUIRE(run.addNote(run.id, "NOTE1", someNote).ok());
    CHECK(run.notesFound("NOTE1") == 0);
    run.sandbox().advance(std::chrono::seconds(61));
    CHECK(run.notesFound("NOTE1") == 1);
}

TEST_CASE("notes are found in a tenant that cannot search their texts")
{
    Setup run;
    run.sandbox().setSwitch("note.descriptionQueryable", "false");
    const std::string id = ticketId(run.create(hostReference, ticket()));
    REQUIRE(run.addNote(id, "NOTE1", someNote).ok());
    const CallOutcome found = run.findNote(id, "NOTE1");
    INFO(describe(found));
    REQUIRE(found.ok());
    CHECK(json(found.result)->getArray("notes")->size() == 1);
}

TEST_CASE("a dry run withholds a note and a change, and says that a change is not needed")
{
    LivingTicket run;
    psa::connection::CallOptions dry;
    dry.dryRun = true;
    const CallOutcome note = run.addNote(run.id, "NOTE1", someNote, dry);
    REQUIRE(note.error);
    CHECK(note.error->status == PSA_CANCELLED);
    CHECK(run.change(run.id, resolve, dry).error->status == PSA_CANCELLED);
    CHECK(run.sandbox().truth().notes.empty());
    CHECK(run.status() == "New");
    CHECK(run.change(run.id, R"({"version":1,"status":"New"})", dry).ok());
}

TEST_CASE("a ticket is resolved, reopened, assigned and gets a device, by names")
{
    LivingTicket run;
    REQUIRE(run.change(run.id,
                       R"({"version":1,"status":"complete","priority":"High","assignee":"Jane Doe","device":"SRV-01"})")
                .ok());
    Object::Ptr row = run.stored(run.id);
    CHECK(row->getValue<int>("status") == 5);
    CHECK(row->getValue<int>("priority") == 1);
    CHECK(row->getValue<std::int64_t>("assignedResourceID") == 29682887);
    CHECK(row->getValue<std::int64_t>("assignedResourceRoleID") == 29683315);
    CHECK(row->getValue<std::int64_t>("configurationItemID") == 29684001);
    CHECK(row->getValue<std::int64_t>("completedByResourceID") == 29682890);
    REQUIRE(run.change(run.id, R"({"version":1,"status":"In Progress"})").ok());
    row = run.stored(run.id);
    CHECK(row->isNull("completedDate"));
    CHECK(row->getValue<std::string>("title") == "Disk full on SRV-01");
    for (const char *change : {R"({"version":1,"device":"OLD-01"})", R"({"version":1,"device":29684003})",
                               R"({"version":1,"assignee":"left@msp.example"})"})
    {
        INFO(change);
        const CallOutcome refused = run.change(run.id, change);
        REQUIRE(refused.error);
        CHECK(refused.error->status == PSA_INVALID_TICKET);
        CHECK(!refused.error->field.empty());
    }
}

TEST_CASE("a new ticket is assigned to a resource by email and gets a device of its company by name")
{
    LivingTicket run(ticket(R"({"assignee":"jane@msp.example","device":"srv-01"})"));
    const Object::Ptr row = run.stored(run.id);
    CHECK(row->getValue<std::int64_t>("assignedResourceRoleID") == 29683315);
    CHECK(row->getValue<std::int64_t>("configurationItemID") == 29684001);
    const CallOutcome refused = run.create("psa-host-2", ticket(R"({"company": 175, "device": "SN-1001"})"));
    REQUIRE(refused.error);
    CHECK(refused.error->field == "device");
}

TEST_CASE("a change whose response is lost is an unknown outcome, and a dry run says whether it was done")
{
    const auto [fault, done] = GENERATE(table<std::string, bool>({{R"({"kind":"commit-then-drop"})", true},
                                                                  {R"({"kind":"garbage-body"})", true},
                                                                  {R"({"kind":"empty-500"})", false},
                                                                  {R"({"kind":"drop-before"})", false}}));
    CAPTURE(fault);
    LivingTicket run;
    run.Rig::faultAt("PATCH", "V1.0/Tickets$", fault);
    const CallOutcome outcome = run.change(run.id, resolve);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    psa::connection::CallOptions dry;
    dry.dryRun = true;
    CHECK(run.change(run.id, resolve, dry).ok() == done);
    CHECK((run.status() == "Complete") == done);
}

TEST_CASE("a fault before the change leaves the ticket as it is and nothing in doubt")
{
    const auto fault = GENERATE(values<std::string>({R"({"kind":"commit-then-drop"})", R"({"kind":"empty-500"})",
                                                     R"({"kind":"garbage-body"})", R"({"kind":"truncated-body"})",
                                                     R"({"kind":"status","status":503,"body":"<html></html>"})"}));
    LivingTicket run;
    run.Rig::faultAt("GET", "V1.0/Tickets/[0-9]+$", fault);
    for (const CallOutcome &outcome : {run.change(run.id, resolve), run.activity(run.id)})
    {
        INFO(fault << " " << describe(outcome));
        REQUIRE(outcome.error);
        CHECK(outcome.error->status == PSA_UNAVAILABLE);
        CHECK(outcome.mutation == MutationSeen::none);
    }
    CHECK(run.status() == "New");
}

TEST_CASE("a fault while the activity is read never means that nobody touched the ticket")
{
    const auto entity = GENERATE(values<std::string>({"TicketHistory", "TicketNotes", "TimeEntries"}));
    const auto fault = GENERATE(values<std::string>({R"({"kind":"commit-then-drop"})", R"({"kind":"empty-500"})",
                                                     R"({"kind":"garbage-body"})", R"({"kind":"errors-500"})"}));
    CAPTURE(entity, fault);
    LivingTicket run;
    const std::string mark = run.mark();
    run.act("note");
    run.faultAt("V1.0/" + entity + "/query$", fault);
    const CallOutcome outcome = run.activity(run.id, mark);
    CHECK_FALSE((outcome.ok() && touchedIn(json(outcome.result)) == "no"));
}

TEST_CASE("whatever a person does touches the ticket, also before our own note")
{
    const auto [action, more, sentence] = GENERATE(table<std::string, std::string, std::string>(
        {{"note", "{}", "Tess Tech wrote a note"},
         {"note", R"({"by": "Ada Byron"})", "A contact wrote a note"},
         {"time", R"({"by": "Jane Doe"})", "Jane Doe entered time"},
         {"status", R"({"status": "Waiting Customer"})",
          "Tess Tech changed the ticket: Status changed from New to Waiting Customer"},
         {"assign", "{}", "Tess Tech changed the ticket: Primary Resource changed from [None] to Tess Tech"},
         {"close", "{}", "Tess Tech changed the ticket: Status changed from New to Complete"}}));
    const bool noteAfter = GENERATE(false, true);
    CAPTURE(action, noteAfter);
    LivingTicket run;
    const std::string mark = run.mark();
    run.act(action, more);
    if (noteAfter)
        REQUIRE(run.addNote(run.id, "NOTE1", someNote).ok());
    const Object::Ptr activity = run.seen(mark);
    CHECK(touchedIn(activity) == "yes");
    CHECK(whoIn(activity) == sentence);
    CHECK(touchedIn(run.seen(activity->getValue<std::string>("watermark"))) == "no");
}

TEST_CASE("our own operations and the workflow rules that they start touch nothing")
{
    LivingTicket run;
    run.sandbox().setSwitch("rule.systemNotes", "true");
    run.sandbox().setSwitch("rule.noteStatus", "8");
    const std::string mark = run.mark();
    run.sandbox().advance(std::chrono::seconds(2));
    REQUIRE(run.addNote(run.id, "NOTE1", someNote).ok());
    REQUIRE(run.change(run.id, R"({"version":1,"priority":"High","assignee":"Tess Tech"})").ok());
    const Object::Ptr activity = run.seen(mark);
    CHECK(touchedIn(activity) == "no");
    CHECK(activity->getObject("status")->getValue<std::string>("label") == "In Progress");
}

TEST_CASE("a status that a workflow rule sets back shows in the activity, and is nobody's touch")
{
    LivingTicket run;
    run.sandbox().setSwitch("rule.revertStatus", "true");
    run.sandbox().setSwitch("rule.delayMs", "1000");
    const std::string mark = run.mark();
    const CallOutcome outcome = run.change(run.id, resolve);
    REQUIRE(outcome.ok());
    CHECK(json(outcome.result)->getObject("status")->getValue<std::string>("label") == "Complete");
    run.sandbox().advance(std::chrono::milliseconds(1500));
    const Object::Ptr activity = run.seen(mark);
    CHECK(activity->getObject("status")->getValue<std::string>("label") == "New");
    CHECK_FALSE(activity->getValue<bool>("closed"));
    CHECK(touchedIn(activity) == "no");
}

TEST_CASE("a merged ticket is neither reopened nor changed, and the activity names the other one")
{
    LivingTicket run;
    const std::string mark = run.mark();
    const std::string other = ticketId(run.create("psa-host-2", ticket()));
    run.act("merge", R"({"into": ")" + other + R"("})");
    const CallOutcome outcome = run.change(run.id, R"({"version":1,"status":"In Progress"})");
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_NOT_FOUND);
    CHECK(outcome.error->field.empty());
    const Object::Ptr activity = run.seen(mark);
    CHECK(touchedIn(activity) == "yes");
    CHECK(activity->getObject("mergedInto")->getValue<std::string>("id") == other);
}

TEST_CASE("a deleted ticket is a clear end for notes, changes and activity")
{
    LivingTicket run;
    const std::string mark = run.mark();
    run.act("delete");
    for (const CallOutcome &outcome : {run.change(run.id, resolve), run.addNote(run.id, "NOTE1", someNote)})
    {
        INFO(describe(outcome));
        REQUIRE(outcome.error);
        CHECK(outcome.error->status == PSA_NOT_FOUND);
        CHECK(outcome.error->field.empty());
    }
    const Object::Ptr activity = run.seen(mark);
    CHECK(activity->getValue<bool>("deleted"));
    CHECK(whoIn(activity) == "Tess Tech deleted the ticket");
    CHECK(run.notesFound("NOTE1") == 0);
}

TEST_CASE("a new ticket that readers do not see yet was not deleted")
{
    LivingTicket run;
    run.sandbox().setSwitch("read.lagMs", "60000");
    run.sandbox().setSwitch("read.lagOf", "everything");
    const std::string young = ticketId(run.create("psa-host-2", ticket()));
    for (const CallOutcome &outcome : {run.activity(young), run.change(young, resolve)})
    {
        REQUIRE(outcome.error);
        CHECK(outcome.error->status == PSA_UNAVAILABLE);
    }
    run.sandbox().advance(std::chrono::seconds(61));
    CHECK(run.change(young, resolve).ok());
}

TEST_CASE("a zone that takes no PATCH is reported, and the ticket keeps all its fields")
{
    LivingTicket run(ticket(R"({"description":"keep me"})"));
    run.sandbox().setSwitch("ticket.patch", "404");
    const CallOutcome outcome = run.change(run.id, resolve);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK_THAT(outcome.error->message, Catch::Contains("PATCH Tickets"));
    CHECK(run.simulator().requests("PUT V1.0/Tickets") == 0);
    CHECK(run.stored(run.id)->getValue<std::string>("description") == "keep me");
    CHECK(run.create("psa-host-2", ticket()).ok()); // The connection goes on.
}

TEST_CASE("a missing right for notes, changes or the history says so")
{
    LivingTicket run;
    const std::string mark = run.mark();
    for (const char *right : {"TicketNotes create", "Tickets update", "TicketHistory query"})
        run.sandbox().changeTenant(R"({"revoke": ")" + std::string(right) + "\"}");
    CHECK(run.addNote(run.id, "NOTE1", someNote).error->status == PSA_PERMISSION);
    CHECK(run.change(run.id, resolve).error->status == PSA_PERMISSION);
    run.act("status", R"({"status":"Waiting Customer"})");
    run.act("reopen", R"({"status":"New"})");
    REQUIRE(run.addNote(run.id, "NOTE1", someNote).error);
    CHECK(touchedIn(run.seen(mark)) != "no");
}

TEST_CASE("a category that demands a resolution is named when a ticket cannot be completed")
{
    LivingTicket run;
    run.sandbox().setSwitch("ticket.resolutionRequired", "true");
    const CallOutcome outcome = run.change(run.id, resolve);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK_THAT(outcome.error->hint, Catch::Contains("demands a resolution"));
}

TEST_CASE("a note in a category that demands titles has one")
{
    LivingTicket run(ticket(R"({"category":"Incident"})"));
    CHECK(run.addNote(run.id, "NOTE1", someNote).ok());
}
