// What happens to a ticket of Autotask after it was created: notes, changes, people and rules.
#include "tests/sandbox/client.h"

#include <catch2/catch.hpp>

#include <functional>

using namespace psa::sandbox;
using Catch::Contains;

namespace {

constexpr std::int64_t apiUser = 29682890;
constexpr std::int64_t tess = 29682885;

/// A tenant with one ticket.
struct OneTicket : Running
{
    std::int64_t id = client.create().itemId();
    std::string path = base + "Tickets/" + std::to_string(id);

    Object::Ptr item() const { return client.get(path).item(); }
    std::string text(const std::string &field) const { return item()->get(field).toString(); }
    bool isNull(const std::string &field) const { return item()->isNull(field); }
    Reply patch(const std::string &changes) const
    {
        Object::Ptr body = parseObject(changes);
        body->set("id", id);
        return client.call("PATCH", base + "Tickets", toText(body));
    }
    Reply note(const std::string &title = "n", int publish = 2) const
    {
        return client.post(path + "/Notes", R"({"title":")" + title +
                                                R"(","description":"text","noteType":3,"publish":)" +
                                                std::to_string(publish) + "}");
    }
    std::int64_t act(const std::string &action, const std::string &more = "{}")
    {
        Object::Ptr act = parseObject(more);
        act->set("ticketId", std::to_string(id));
        act->set("action", action);
        return sandbox.act(toText(act));
    }
    Array::Ptr rows(const std::string &entity) const
    {
        return client
            .post(base + entity + "/query",
                  R"({"filter":[{"op":"eq","field":"ticketID","value":)" + std::to_string(id) + "}]}")
            .items();
    }
    /// "who: detail" of the history, without the rows about stamps.
    std::vector<std::string> history() const
    {
        std::vector<std::string> lines;
        const Array::Ptr all = rows("TicketHistory");
        for (unsigned i = 0; i < all->size(); ++i)
            if (const Object::Ptr row = all->getObject(i);
                row->get("action").toString().find("Date Changed") == std::string::npos)
                lines.push_back(row->get("resourceID").toString() + ": " + row->get("detail").toString());
        return lines;
    }
};

} // namespace

TEST_CASE("Completing a ticket sets who and when, and reopening it empties both again")
{
    OneTicket run;
    CHECK(run.isNull("completedDate"));
    REQUIRE(run.patch(R"({"status": 5})").status == 200);
    CHECK(run.text("completedByResourceID") == std::to_string(apiUser));
    CHECK_FALSE(run.isNull("completedDate"));
    run.act("reopen");
    for (const char *field : {"completedDate", "completedByResourceID", "resolvedDateTime"})
        CHECK(run.isNull(field));
    CHECK(run.history() ==
          std::vector<std::string>{std::to_string(apiUser) + ": Ticket created",
                                   std::to_string(apiUser) + ": Status changed from New to Complete",
                                   std::to_string(tess) + ": Status changed from Complete to In Progress"});
}

TEST_CASE("A PATCH changes what it names and clears what it names as null")
{
    OneTicket run;
    REQUIRE(run.patch(R"({"description": "d", "queueID": 8})").status == 200);
    REQUIRE(run.patch(R"({"queueID": null})").status == 200);
    CHECK(run.text("description") == "d");
    CHECK(run.isNull("queueID"));
    CHECK(run.text("title") == "Disk full");
}

TEST_CASE("Every write and act says on the ticket who was active last and when")
{
    const std::string api = std::to_string(apiUser);
    const std::string human = std::to_string(tess);
    const auto [by, write] = GENERATE_COPY(table<std::string, std::function<void(OneTicket &)>>(
        {{api, [](OneTicket &run) { run.note(); }},
         {api, [](OneTicket &run) { run.patch(R"({"priority": 1})"); }},
         {human, [](OneTicket &run) { run.act("note"); }},
         {human, [](OneTicket &run) { run.act("time"); }},
         {human, [](OneTicket &run) { run.act("assign", R"({"to": "jane@msp.example"})"); }},
         {"", [](OneTicket &run) { run.act("note", R"({"by": "Ada Byron"})"); }}}));
    OneTicket run;
    const std::string before = run.text("lastActivityDate");
    run.sandbox.advance(std::chrono::seconds(5));
    write(run);
    const Object::Ptr item = run.item();
    CHECK(item->get("lastActivityDate").toString() > before);
    CHECK(item->get("lastTrackedModificationDateTime").toString() == item->get("lastActivityDate").toString());
    CHECK((item->isNull("lastActivityResourceID") ? "" : item->get("lastActivityResourceID").toString()) == by);
    CHECK(item->getValue<int>("lastActivityPersonType") == (by.empty() ? 2 : 1));
}

TEST_CASE("A person's notes, time, assignment and status are seen like those of the API, and truth says who")
{
    OneTicket run;
    run.note("ours");
    const std::int64_t human = run.act("note", R"({"text": "I had a look"})");
    const std::int64_t customer = run.act("note", R"({"by": "ada@acme.example", "text": "Thanks"})");
    const std::int64_t time = run.act("time", R"({"by": "Jane", "text": "15 minutes"})");
    run.act("assign", R"({"by": "Jane Doe"})");
    run.act("status", R"({"status": "Waiting Customer"})");
    const Object::Ptr mine = run.client.get(base + "TicketNotes/" + std::to_string(human)).item();
    CHECK(mine->getValue<std::int64_t>("creatorResourceID") == tess);
    CHECK(mine->getValue<int>("publish") == 2);
    const Object::Ptr theirs = run.client.get(base + "TicketNotes/" + std::to_string(customer)).item();
    CHECK(theirs->isNull("creatorResourceID"));
    CHECK(theirs->getValue<int>("createdByContactID") == 30001);
    CHECK(theirs->getValue<int>("publish") == 1);
    CHECK(run.rows("TimeEntries")->getObject(0)->getValue<std::int64_t>("id") == time);
    CHECK(run.text("assignedResourceRoleID") == "29683315"); // Jane's default role

    const auto truth = run.sandbox.truth();
    REQUIRE(truth.notes.size() == 3);
    CHECK(truth.notes[0].by == "Sandbox API");
    CHECK(truth.notes[0].request != 0);
    CHECK(truth.notes[1].by == "Tess Tech");
    CHECK(truth.notes[1].request == 0);
    CHECK(truth.notes[2].by == "Ada Byron");
    CHECK(truth.notes[2].isPublic);
    CHECK(notesWith(truth.notes, "had a look") == 1);
    CHECK(truth.tickets[0].status == "Waiting Customer");
    CHECK(truth.tickets[0].assignee == "Jane Doe");
    CHECK(truth.changes.back().field == "status");
    CHECK(truth.changes.back().from == "New");
    CHECK(truth.changes.back().by == "Tess Tech");
}

TEST_CASE("A merged ticket is complete and has the note of a merge, and the one that absorbed it keeps its status")
{
    OneTicket run;
    const std::int64_t into = run.client.create().itemId();
    run.act("merge", R"({"into": ")" + std::to_string(into) + R"("})");
    CHECK(run.text("status") == "5");
    const Array::Ptr notes = run.rows("TicketNotes");
    REQUIRE(notes->size() == 1);
    CHECK(notes->getObject(0)->getValue<int>("noteType") == 93);
    const Object::Ptr target = run.client.get(base + "Tickets/" + std::to_string(into)).item();
    CHECK_THAT(notes->getObject(0)->get("description").toString(), Contains(target->get("ticketNumber").toString()));
    CHECK(target->getValue<int>("status") == 1);
    OneTicket worked;
    worked.act("time");
    const std::int64_t other = worked.client.create().itemId();
    CHECK_THROWS_WITH(worked.act("merge", R"({"into": )" + std::to_string(other) + "}"), Contains("time entries"));
}

TEST_CASE("A deleted ticket is read as null, refuses writes and is in the log of deleted tickets")
{
    OneTicket run;
    const std::string number = run.text("ticketNumber");
    run.act("delete");
    CHECK(run.client.get(run.path).json()->isNull("item"));
    const Reply refused = run.patch(R"({"status": 5})");
    CHECK(refused.status == 500);
    CHECK_THAT(refused.error(), Contains("No matching records found"));
    CHECK_THAT(run.note().error(), Contains("field: ticketID of type: Ticket does not exist"));
    const Array::Ptr log = run.rows("DeletedTicketLogs");
    REQUIRE(log->size() == 1);
    CHECK(log->getObject(0)->get("ticketNumber").toString() == number);
    CHECK(log->getObject(0)->getValue<std::int64_t>("deletedByResourceID") == tess);
    CHECK_THROWS_WITH(run.act("note"), Contains("there is no ticket"));
}

TEST_CASE("The history is queried by exactly one ticket and by nothing else")
{
    const OneTicket run;
    for (const std::string filter :
         {R"([{"op":"exist","field":"id"}])", R"([{"op":"and","items":[{"op":"eq","field":"ticketID","value":1}]}])",
          R"([{"op":"eq","field":"ticketID","value":1},{"op":"gte","field":"date","value":"2026-01-01"}])"})
    {
        INFO(filter);
        const Reply reply = run.client.post(base + "TicketHistory/query", "{\"filter\":" + filter + "}");
        CHECK(reply.status == 500);
        CHECK_THAT(reply.error(), Contains("exactly one filter"));
    }
}

TEST_CASE("A note needs a title where the category demands one")
{
    const Running run;
    const Reply made =
        run.client.create(R"({"ticketCategory": 101, "queueID": 5, "dueDateTime": "2026-12-01T00:00:00Z"})");
    const std::string notes = base + "Tickets/" + std::to_string(made.itemId()) + "/Notes";
    CHECK_THAT(run.client.post(notes, R"({"description":"text","noteType":3,"publish":2})").error(), Contains("title"));
    CHECK(run.client.post(notes, R"({"title":"t","description":"text","noteType":3,"publish":2})").status == 200);
}

TEST_CASE("Texts of a note over 250 and 32000 characters are refused or cut")
{
    OneTicket run;
    const std::string title(251, 't');
    CHECK_THAT(run.note(title).error(), Contains("250"));
    CHECK_THAT(
        run.client
            .post(run.path + "/Notes", R"({"noteType":3,"publish":2,"description":")" + std::string(32001, 'd') + "\"}")
            .error(),
        Contains("32000"));
    run.sandbox.setSwitch("ticket.overLength", "truncate");
    REQUIRE(run.note(title).status == 200);
    CHECK(run.sandbox.truth().notes.back().title == title.substr(0, 250));
}

TEST_CASE("A workflow rule sets a status back that was changed over the API, at once or later")
{
    OneTicket run;
    run.sandbox.setSwitch("rule.revertStatus", "true");
    run.sandbox.setSwitch("rule.delayMs", "1000");
    REQUIRE(run.patch(R"({"status": 5})").status == 200);
    CHECK(run.text("status") == "5");
    run.sandbox.advance(std::chrono::seconds(1));
    CHECK(run.text("status") == "1");
    CHECK(run.text("lastActivityResourceID") == "4");
    CHECK(run.history().back() == "4: Status changed from Complete to New");
    run.act("close"); // A person's status stays.
    run.sandbox.advance(std::chrono::seconds(1));
    CHECK(run.text("status") == "5");
}

TEST_CASE("Workflow rules react to a note: they set a status and leave notes of resource 4")
{
    OneTicket run;
    run.sandbox.setSwitch("rule.noteStatus", "8");
    run.sandbox.setSwitch("rule.systemNotes", "true");
    run.note();
    CHECK(run.text("status") == "8");
    const auto truth = run.sandbox.truth();
    REQUIRE(truth.notes.size() == 3);
    CHECK(truth.notes[1].by == "Autotask Administrator");
    CHECK(truth.notes[2].title == "Service Desk Notification");
}

TEST_CASE("Readers see a write only after the lag, in queries or everywhere")
{
    OneTicket run;
    run.sandbox.setSwitch("read.lagMs", "30000");
    const std::string note = base + "TicketNotes/" + std::to_string(run.note().itemId());
    CHECK(run.rows("TicketNotes")->size() == 0);
    CHECK(run.client.get(run.path + "/Notes").items()->size() == 0);
    CHECK_FALSE(run.client.get(note).json()->isNull("item"));
    run.sandbox.advance(std::chrono::seconds(31));
    CHECK(run.rows("TicketNotes")->size() == 1);

    run.sandbox.setSwitch("read.lagOf", "everything");
    CHECK(run.client.get(base + "Tickets/" + std::to_string(run.client.create().itemId())).json()->isNull("item"));
    run.patch(R"({"status": 8})");
    run.patch(R"({"status": 5})");
    CHECK(run.text("status") == "1");
    CHECK(run.sandbox.truth().tickets[0].status == "Complete");
    run.sandbox.advance(std::chrono::seconds(31));
    CHECK(run.text("status") == "5");
}

TEST_CASE("A right that was revoked is missing for notes, changes and the history")
{
    const auto [right, call] = GENERATE(table<std::string,
                                              std::function<Reply(OneTicket &)>>({{"TicketNotes create",
                                                                                   [](OneTicket &run) {
                                                                                       return run.note();
                                                                                   }},
                                                                                  {"Tickets update",
                                                                                   [](OneTicket &run) {
                                                                                       return run.patch(
                                                                                           R"({"status": 5})");
                                                                                   }},
                                                                                  {"TicketNotes query",
                                                                                   [](OneTicket &run) {
                                                                                       return run.client.post(
                                                                                           base + "TicketNotes/query",
                                                                                           R"({"filter":[{"op":"exist","field":"id"}]})");
                                                                                   }},
                                                                                  {"TicketHistory query",
                                                                                   [](OneTicket &run) {
                                                                                       return run.client.post(
                                                                                           base + "TicketHistory/query",
                                                                                           R"({"filter":[{"op":"eq","field":"ticketID","value":1}]})");
                                                                                   }}}));
    CAPTURE(right);
    OneTicket run;
    run.sandbox.changeTenant(R"({"revoke": ")" + right + "\"}");
    CHECK_THAT(call(run).error(), Contains("adequate permissions"));
}

TEST_CASE("A ticket takes a device of its own company and a resource in a role that a queue has")
{
    const OneTicket run;
    CHECK(run.patch(R"({"configurationItemID": 29684001})").status == 200);
    for (const char *device : {"29684002", "29684003", "1"}) // inactive, another company's, none
        CHECK_THAT(run.patch(std::string(R"({"configurationItemID": )") + device + "}").error(),
                   Contains("configurationItemID of type: InstalledProduct"));
    CHECK(run.patch(R"({"assignedResourceID": 29682887, "assignedResourceRoleID": 29683315})").status == 200);
    CHECK_THAT(run.patch(R"({"assignedResourceID": 29682887, "assignedResourceRoleID": 8})").error(),
               Contains("not currently defined"));
}

TEST_CASE("A tenant can demand a resolution of tickets that are completed")
{
    OneTicket run;
    run.sandbox.setSwitch("ticket.resolutionRequired", "true");
    CHECK_THAT(run.patch(R"({"status": 5})").error(), Contains("resolution"));
    CHECK(run.patch(R"({"status": 5, "resolution": "Replaced the disk"})").status == 200);
}
