// What happens to a ticket after it was created.
#include "tests/sandbox/halopsa_client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("HaloPSA: an element with an id changes that ticket, and only what it names")
{
    const HaloTicket run;
    const HaloReply reply = run.change(R"("status_id": 2, "agent_id": 3, "priority_id": 1, "team": "second line")");
    CHECK(reply.status == 201);
    CHECK(reply.id() == run.id);
    CHECK(reply.at("status_id") == "2");
    CHECK(reply.at("summary") == "Disk full");
    const halopsa::TicketTruth truth = run.truth();
    CHECK(truth.status == "In Progress");
    CHECK(truth.agent == "Tess Tech");
    CHECK(truth.priority == "Critical");
    CHECK(truth.team == "Second Line");
    CHECK(run.sandbox.truth().tickets.size() == 1);
    CHECK(run.sandbox.truth().changes.size() == 4);
}

TEST_CASE("HaloPSA: a closed ticket says who closed it and when, and forgets it when it is reopened")
{
    HaloTicket run;
    run.change(R"("status_id": 10)");
    CHECK(run.read().at("hasbeenclosed") == "true");
    CHECK(run.read().at("closure_agent_id") == "9");
    CHECK_THAT(run.read().at("dateclosed"), !Contains("1899"));
    CHECK(run.truth().closed);
    run.change(R"("status_id": 1)");
    CHECK(run.read().at("hasbeenclosed") == "false");
    CHECK_THAT(run.read().at("dateclosed"), Contains("1899"));
    CHECK_FALSE(run.truth().closed);
    run.sandbox.setSwitch("ticket.hasBeenClosed", "stays");
    run.change(R"("status_id": 9)");
    run.change(R"("status_id": 1)");
    CHECK(run.read().at("hasbeenclosed") == "true");
    CHECK_FALSE(run.truth().closed);
}

TEST_CASE("HaloPSA: the answer to a change can be the ticket as it was")
{
    HaloTicket run;
    run.sandbox.setSwitch("ticket.changeAnswer", "old");
    CHECK(run.change(R"("status_id": 2)").at("status_id") == "1");
    CHECK(run.read().at("status_id") == "2");
}

TEST_CASE("HaloPSA: a tenant can let tickets wait for their closure")
{
    HaloTicket run;
    run.sandbox.setSwitch("ticket.pendingClosure", "true");
    CHECK(run.change(R"("status_id": 9)").status == 201);
    CHECK(run.truth().status == "Pending Closure");
    CHECK_FALSE(run.truth().closed);
    run.act("close");
    CHECK(run.truth().status == "Closed");
}

TEST_CASE("HaloPSA: a tenant can require a field before a ticket is closed over the API")
{
    HaloTicket run;
    run.sandbox.setSwitch("ticket.closeRequires", "category_1");
    CHECK_THAT(run.change(R"("status_id": 9)").message(), Contains("Category"));
    CHECK(run.change(R"("status_id": 2)").status == 201);
    CHECK(run.change(R"("status_id": 9, "_novalidate": true)").status == 201);
    run.act("reopen");
    CHECK(run.change(R"("status_id": 9, "category_1": "Hardware")").status == 201);
    CHECK(run.truth().closed);
}

TEST_CASE("HaloPSA: a change that is refused or dropped leaves the ticket as it is")
{
    HaloTicket run;
    CHECK(run.change(R"("status_id": 23)").status == 400);
    CHECK(run.change(R"("agent_id": 99, "summary": "new")").status == 400);
    run.sandbox.setSwitch("ticket.unknownValue", "ignore");
    CHECK(run.change(R"("agent_id": 99, "team": "Nobody")").status == 201);
    CHECK(run.change(R"("priority_id": 9)").status == 201);
    CHECK(run.truth().agent == "Unassigned");
    CHECK(run.truth().team == "Service Desk");
    CHECK(run.truth().priority == "Medium");
    CHECK(run.sandbox.truth().changes.empty());
    run.sandbox.changeTenant(R"({"revoke": "Tickets update"})");
    CHECK(run.change(R"("status_id": 2)").status == 403);
}

TEST_CASE("HaloPSA: a change of the client alone leaves site and user that are shown as unknown")
{
    const HaloTicket run;
    CHECK(run.change(R"("site_id": 40, "user_id": 480)").at("user_name") == "Ada Byron");
    const HaloReply reply = run.change(R"("client_id": 13)");
    CHECK(reply.at("site_name") == "Unknown");
    CHECK(reply.at("user_name") == "Unknown");
    CHECK(reply.at("client_name") == "Globex");
}

TEST_CASE("HaloPSA: the assets of a change replace those of the ticket, or are added")
{
    HaloTicket run;
    run.change(R"("assets": [{"id": 700}])");
    run.change(R"("assets": [{"id": 701}])");
    CHECK(run.truth().assets == std::vector<std::int64_t>{701});
    run.sandbox.setSwitch("ticket.assets", "add");
    run.change(R"("assets": [{"id": 700}])");
    run.change(R"("assets": [{"id": 701}, {"id": 700}])");
    CHECK(run.truth().assets == std::vector<std::int64_t>{701, 700});
}

TEST_CASE("HaloPSA: the opening and changes of the status are actions, other changes are in the audit alone")
{
    HaloTicket run;
    run.change(R"("status_id": 2)");
    run.change(R"("agent_id": 3)");
    CHECK(run.actions().all("id", "actions") == "2 1");
    CHECK(run.actions().all("new_status", "actions") == "2 1");
    CHECK(run.actions().all("actionby_application_id", "actions") == "psa-host psa-host");
    CHECK(run.actions("&excludesys=true").rows("actions")->size() == 0);
    const HaloReply audited = run.read("?include_auditing=true");
    CHECK(audited.all("value", "auditing") == "status_id agent_id");
    CHECK(audited.all("to", "auditing") == "In Progress Tess Tech");
    CHECK(run.client.get("Audit?ticket_id=" + std::to_string(run.id)).all("from") == "New Unassigned");
    run.sandbox.setSwitch("status.action", "false");
    run.change(R"("status_id": 3)");
    CHECK(run.actions().rows("actions")->size() == 2);
}

TEST_CASE("HaloPSA: a note is an action with an outcome, numbered within its ticket, the newest first")
{
    const HaloTicket run;
    const HaloReply reply = run.note(R"("outcome_id": 7, "hiddenfromuser": false, "who_agentid": 3)", "Called [ref:A]");
    CHECK(reply.status == 201);
    CHECK(reply.at("id") == "2");
    CHECK(reply.at("who") == "Sandbox API");
    CHECK(reply.at("hiddenfromuser") == "true"); // The outcome decides.
    CHECK(run.note(R"("outcome": "public note")", "For all").at("hiddenfromuser") == "false");
    CHECK(run.actions().all("id", "actions") == "3 2 1");
    CHECK(run.actions().at("record_count") == "3");
    CHECK(run.actions().at("ticket_id") == std::to_string(run.id));
    const std::string one = "Actions/2?ticket_id=" + std::to_string(run.id);
    CHECK(run.client.get(one).at("note") == "Called [ref:A]");
    CHECK(run.client.get("Actions/2").status == 404);
    const auto notes = run.sandbox.truth().notes;
    REQUIRE(notes.size() == 2);
    CHECK_FALSE(notes[0].isPublic);
    CHECK(notes[1].isPublic);
    CHECK(notes[1].kind == "Public Note");
    CHECK(run.client.remove(one).status == 200);
    CHECK(run.actions().all("id", "actions") == "3 1");
    CHECK(run.note().at("id") == "4"); // A number is not used again.
}

TEST_CASE("HaloPSA: a note without a ticket or an outcome, or with one that is not allowed, is refused")
{
    HaloTicket run;
    CHECK(run.client.post("Actions", R"([{"note": "x", "outcome_id": 7}])").status == 400);
    CHECK(run.note(R"("sendemail": false)").message() == "An Outcome must be entered for this Action");
    CHECK(run.note(R"("outcome_id": 99)").status == 400);
    for (const char *outcome : {R"("outcome_id": 20)", R"("outcome_id": 21)"})
    {
        CHECK(run.note(outcome).message() == "You do not have access to this Action at the moment");
        CHECK(run.note(outcome).status == 400);
    }
    run.sandbox.setSwitch("action.refusal", "403");
    CHECK(run.note(R"("outcome_id": 20)").status == 403);
    CHECK(run.client.post("Actions", R"([{"ticket_id": 99999, "note": "x", "outcome_id": 7}])").message() ==
          "Ticket not found, or you do not have access to this Ticket");
    run.sandbox.changeTenant(R"({"revoke": "Actions create"})");
    CHECK(run.note().status == 403);
    CHECK(run.sandbox.truth().notes.empty());
}

TEST_CASE("HaloPSA: the truth tells which notes would have mailed people")
{
    const HaloTicket run;
    run.note(R"("outcome_id": 7, "sendemail": true)"); // This outcome never mails.
    run.note(R"("outcome_id": 16, "sendemail": false)");
    run.note(R"("outcome_id": 18)");
    CHECK(run.sandbox.truth().notifications.empty());
    run.note(R"("outcome_id": 16)");
    run.note(R"("outcome_id": 18, "sendemail": true)");
    CHECK(run.sandbox.truth().notifications.size() == 2);
}

TEST_CASE("HaloPSA: an outcome can change the status, or permit the note to do it")
{
    const HaloTicket run;
    run.note(R"("outcome_id": 19)");
    CHECK(run.truth().status == "Waiting on Client");
    run.note(R"("outcome_id": 7, "new_status": 9)");
    CHECK(run.truth().status == "Waiting on Client");
    run.note(R"("outcome_id": 18, "status_id": 9)");
    CHECK(run.truth().status == "Waiting on Client");
    run.note(R"("outcome_id": 18, "new_status": 9)");
    CHECK(run.truth().closed);
    CHECK(run.read().at("closure_agent_id") == "9");
}

TEST_CASE("HaloPSA: the text of a note comes back changed from some tenants")
{
    HaloTicket run;
    run.note(R"("outcome_id": 7)", R"(one\n[ref:A]\ntwo)");
    const auto shown = [&](const char *how) {
        run.sandbox.setSwitch("note.shown", how);
        return run.client.get("Actions/2?ticket_id=" + std::to_string(run.id)).at("note");
    };
    CHECK(shown("exact") == "one\n[ref:A]\ntwo");
    CHECK(shown("trailing") == "one\n[ref:A]\ntwo\r\n");
    CHECK(shown("preamble") == "Internal Note:\r\none\n[ref:A]\ntwo");
    CHECK(shown("glued") == "one[ref:A]two");
    run.note(R"("outcome_id": 7, "note_html": "<p>a</p><p>b</p>")");
    CHECK(run.sandbox.truth().notes.back().text == "ab");
}

TEST_CASE("HaloPSA: the times of actions can be those of the tenant's zone")
{
    HaloTicket run;
    const std::string utc = run.client.get("Actions/1?ticket_id=" + std::to_string(run.id)).at("datetime");
    CHECK(utc == run.read().at("datecreated"));
    run.sandbox.setSwitch("dates.actionOffset", "1440");
    const std::string local = run.client.get("Actions/1?ticket_id=" + std::to_string(run.id)).at("datetime");
    CHECK(local > utc);
    CHECK(local.substr(10) == utc.substr(10));
}

TEST_CASE("HaloPSA: a note with a number changes that note")
{
    const HaloTicket run;
    run.note();
    CHECK(run.note(R"("id": 2, "hiddenfromuser": false)", "Changed").status == 201);
    REQUIRE(run.sandbox.truth().notes.size() == 1);
    CHECK(run.sandbox.truth().notes[0].text == "Changed");
    CHECK(run.sandbox.truth().notes[0].isPublic);
    CHECK(run.note(R"("id": 9)").status == 404);
    CHECK(run.sandbox.requests("POST api/Actions (create)") == 1);
    CHECK(run.sandbox.requests("POST api/Actions (change)") == 2);
}

TEST_CASE("HaloPSA: a list of actions without a ticket that is honoured has those of every ticket")
{
    HaloTicket run;
    run.client.create();
    CHECK(run.actions().rows("actions")->size() == 1);
    CHECK(run.client.get("Actions?ticketid=1").rows("actions")->size() == 2);
    run.sandbox.setSwitch("actions.filter", "ignored");
    CHECK(run.actions().rows("actions")->size() == 2);
}

TEST_CASE("HaloPSA: readers do not see a new ticket, note or change before the lag has passed")
{
    HaloTicket run;
    run.sandbox.setSwitch("read.lagMs", "60000");
    run.note();
    CHECK(run.note().status == 201);
    CHECK(run.actions().all("id", "actions") == "1");
    CHECK(run.client.create(R"({"third_party_id_string": "r-2"})").status == 201);
    CHECK(run.all("Tickets?third_party_id_string=r-2", "id", "tickets").empty());
    run.change(R"("status_id": 2)");
    CHECK(run.read().at("status_id") == "2"); // Reads by id do not lag.
    run.sandbox.advance(61s);
    CHECK(run.actions().all("id", "actions") == "4 3 2 1");
    CHECK(run.all("Tickets?third_party_id_string=r-2", "id", "tickets").size() == 4);
    run.sandbox.setSwitch("read.lagOf", "everything");
    run.change(R"("status_id": 9)");
    CHECK(run.read().at("status_id") == "2");
    const std::int64_t late = run.client.create().id();
    CHECK(run.client.get("Tickets/" + std::to_string(late)).status == 404);
    run.sandbox.advance(61s);
    CHECK(run.read().at("status_id") == "9");
    CHECK(run.client.get("Tickets/" + std::to_string(late)).status == 200);
}

TEST_CASE("HaloPSA: people act under the browser's application, whether or not it leaves an action")
{
    HaloTicket run;
    CHECK(run.act("note", R"(, "text": "Looking")") == 2);
    CHECK(run.act("time") == 3);
    run.act("status", R"(, "status": "In Progress")");
    run.act("assign", R"(, "to": "Sven Desk")");
    CHECK(run.truth().status == "In Progress");
    CHECK(run.truth().agent == "Sven Desk");
    const Object::Ptr note = run.actions().rows("actions")->getObject(2);
    CHECK(note->get("who") == "Tess Tech");
    CHECK(note->get("actionby_application_id") == "nethelpdesk-agent-web-application");
    CHECK(note->get("hiddenfromuser") == true);
    CHECK(run.read("?include_auditing=true").all("application_id", "auditing") ==
          "nethelpdesk-agent-web-application nethelpdesk-agent-web-application");
    run.act("close", R"(, "by": "sven@msp.example")");
    CHECK(run.truth().closed);
    CHECK(run.sandbox.truth().changes.back().by == "Sven Desk");
    run.act("reopen");
    CHECK(run.truth().status == "New");
}

TEST_CASE("HaloPSA: users of a client write notes that everybody reads, and nothing else")
{
    HaloTicket run;
    run.act("note", R"(, "by": "ada@acme.example")");
    CHECK(run.sandbox.truth().notes.at(0).isPublic);
    CHECK(run.sandbox.truth().notes.at(0).by == "Ada Byron");
    CHECK(run.actions("&agentonly=true").all("id", "actions") == "1");
    CHECK_THROWS_WITH(run.act("close", R"(, "by": "Ada Byron")"), Contains("only write notes"));
    CHECK_THROWS_WITH(run.act("note", R"(, "by": "Nobody")"), Contains("Nobody"));
    CHECK_THROWS_WITH(run.act("status", R"(, "status": "Auto-Resolved")"), Contains("Auto-Resolved"));
    run.act("note", R"(, "by": "Ticket Rule")");
    CHECK(run.actions().rows("actions")->getObject(0)->get("who_agentid") == 0);
}

TEST_CASE("HaloPSA: a merged ticket is closed and names the one that it was merged into")
{
    HaloTicket run;
    const std::int64_t other = run.client.create().id();
    run.act("merge", ", \"into\": " + std::to_string(other));
    CHECK(run.read().at("merged_into_id") == std::to_string(other));
    CHECK(run.truth().closed);
    CHECK(run.truth().mergedInto == other);
    CHECK(run.client.get("Actions?ticket_id=" + std::to_string(other)).all("merged_from_ticketid", "actions") ==
          std::to_string(run.id) + " 0");
    CHECK_THROWS_AS(run.act("merge", ", \"into\": " + std::to_string(run.id)), std::invalid_argument);
    CHECK_THROWS_AS(run.act("merge", R"(, "into": 99999)"), std::invalid_argument);
}

TEST_CASE("HaloPSA: a deleted ticket can still be read and restored, or is gone without a word")
{
    HaloTicket run;
    run.act("delete");
    CHECK(run.read().at("deleted") == "true");
    CHECK(run.truth().deleted);
    CHECK(run.change(R"("status_id": 2)").message() == "Ticket not found, or you do not have access to this Ticket");
    CHECK(run.note().status == 400);
    CHECK(run.change(R"("_recover": true)").status == 201);
    CHECK_FALSE(run.truth().deleted);
    run.sandbox.setSwitch("ticket.delete", "hard");
    CHECK(run.client.remove(run.ticket).status == 200);
    CHECK(run.read().status == 404);
    CHECK(run.read().body.empty());
    CHECK(run.truth().deleted);
    CHECK(run.found("&deleted=true").empty());
}

TEST_CASE("HaloPSA: a ticket that the agent may not see is refused like a deleted one")
{
    HaloTicket run;
    run.sandbox.changeTenant("{\"hideTicket\": " + std::to_string(run.id) + "}");
    CHECK(run.read().status == 400);
    CHECK(run.read().message() == "Ticket not found, or you do not have access to this Ticket");
    CHECK(run.found().empty());
    run.sandbox.setSwitch("access.ticket", "404");
    CHECK(run.read().status == 404);
    CHECK(run.change(R"("status_id": 2)").status == 404);
    CHECK_THROWS_AS(run.sandbox.changeTenant(R"({"hideTicket": 99999})"), std::invalid_argument);
}

TEST_CASE("HaloPSA: rules set a status after a note or a change, unless the write keeps them from it")
{
    HaloTicket run;
    run.sandbox.setSwitch("rule.noteStatus", "2");
    run.note(R"("outcome_id": 7, "dont_do_rules": true)");
    CHECK(run.truth().status == "New");
    run.note();
    CHECK(run.truth().status == "In Progress");
    CHECK(run.sandbox.truth().changes.back().by == "Ticket Rule");
    run.sandbox.setSwitch("rule.revertStatus", "true");
    CHECK(run.change(R"("status_id": 9)").status == 201);
    CHECK(run.truth().status == "In Progress");
    run.change(R"("status_id": 9, "dont_do_rules": true)");
    CHECK(run.truth().status == "Closed");
    run.act("reopen");
    CHECK(run.truth().status == "New"); // The rule is about the API.
}
