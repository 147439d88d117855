// What happens to a ticket after it was created.
#include "tests/sandbox/connectwise_client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A ticket of Acme Dental on the Help Desk.
struct CwLife : CwRunning
{
    std::int64_t id = client.create(R"({"externalXRef": "r-1", "processNotifications": false})").id();
    std::string ticket = "service/tickets/" + std::to_string(id);

    CwReply set(const std::string &path, const std::string &value) const
    {
        return client.patch(id, R"([{"op": "replace", "path": ")" + path + R"(", "value": )" + value + "}]");
    }
    std::int64_t act(const std::string &action, const std::string &more = "")
    {
        return sandbox.act(R"({"ticketId": )" + std::to_string(id) + R"(, "action": ")" + action + "\"" + more + "}");
    }
    CwReply remove(const std::string &path) const { return client.call("DELETE", api + path); }
    CwReply note(const std::string &flag = "internalAnalysisFlag") const
    {
        return client.post(ticket + "/notes",
                           R"({"text": "Called", "processNotifications": false, ")" + flag + R"(": true})");
    }
    std::string at(const std::string &path) const { return client.get(ticket).at(path); }
    connectwise::TicketTruth truth() const { return sandbox.truth().tickets.at(0); }
    Array::Ptr audit() const { return client.get("system/audittrail?type=Ticket&id=" + std::to_string(id)).rows(); }
};

} // namespace

TEST_CASE("ConnectWise: a closed ticket says who closed it and when, and forgets it when it is reopened")
{
    const CwLife run;
    const CwReply closed = run.set("status/id", "19");
    CHECK(closed.at("closedFlag") == "true");
    CHECK(closed.at("closedBy") == "SandboxAPI");
    CHECK(closed.at("resolvedBy") == "SandboxAPI");
    CHECK_FALSE(closed.at("dateResolved").empty());
    CHECK(run.truth().closed);
    const CwReply open = run.set("status/name", "\"In Progress\"");
    CHECK(open.at("closedFlag") == "false");
    CHECK_FALSE(open.json()->has("closedBy"));
    CHECK_FALSE(open.json()->has("closedDate"));
    CHECK_FALSE(open.json()->has("dateResolved"));
    const auto changes = run.sandbox.truth().changes;
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].field == "status");
    CHECK(changes[0].from == "New (not responded)");
    CHECK(changes[0].to == "Closed");
    CHECK(changes[0].by == "SandboxAPI");
}

TEST_CASE("ConnectWise: the closed statuses of a board are listed by their flag")
{
    const CwRunning run;
    CHECK(run.client.ids("service/boards/1/statuses", "closedStatus=true and inactive=false") == "19");
    CHECK(run.client.ids("service/boards/2/statuses", "escalationStatus=\"Resolved\"") == "28");
}

TEST_CASE("ConnectWise: closing needs a right of its own, other changes do not")
{
    CwLife run;
    run.sandbox.changeTenant(R"({"revoke": "CloseServiceTickets update"})");
    const CwReply refused = run.set("status/id", "19");
    CHECK(refused.status == 403);
    CHECK(refused.code() == "Security");
    CHECK(run.set("status/id", "17").status == 200);
    run.sandbox.changeTenant(R"({"grant": "CloseServiceTickets update"})");
    CHECK(run.set("status/id", "19").status == 200);
    run.sandbox.changeTenant(R"({"revoke": "CloseServiceTickets update"})");
    CHECK(run.set("priority/id", "1").status == 200); // It is closed already.
}

TEST_CASE("ConnectWise: a board can demand type, subtype and item before a ticket is closed")
{
    CwLife run;
    run.sandbox.setSwitch("ticket.closeRequires", "item");
    const std::vector<std::string> missing = {
        "MissingRequiredField|The subType field is required before a ticket of this board is closed.|ticket|subType/id",
        "MissingRequiredField|The item field is required before a ticket of this board is closed.|ticket|item/id"};
    CHECK(run.set("status/id", "19").errors() == missing);
    run.sandbox.setSwitch("ticket.closeRequires", "type");
    CHECK(run.set("status/id", "19").status == 200);
}

TEST_CASE("ConnectWise: a workflow rule can set the status back after the answer")
{
    CwLife run;
    run.sandbox.setSwitch("ticket.workflow", "revert");
    CHECK(run.set("status/id", "19").at("status/name") == "Closed");
    CHECK(run.at("status/name") == "New (not responded)");
    CHECK(run.at("_info/updatedBy") == "Workflow");
    CHECK(run.at("closedFlag") == "false");
}

TEST_CASE("ConnectWise: a note moves its ticket's last update, or does not")
{
    CwLife run;
    run.act("status", R"(, "status": "In Progress", "by": "sdesk")");
    run.note();
    CHECK(run.at("_info/updatedBy") == "SandboxAPI");
    run.act("note", R"(, "by": "Sven Desk")");
    CHECK(run.at("_info/updatedBy") == "sdesk");
    run.sandbox.setSwitch("note.movesTicket", "false");
    run.note();
    CHECK(run.at("_info/updatedBy") == "sdesk");
}

TEST_CASE("ConnectWise: a note can be changed and deleted, with the rights for it")
{
    CwLife run;
    const std::string note = run.ticket + "/notes/" + std::to_string(run.note().id());
    const CwReply changed =
        run.client.call("PATCH", api + note, R"([{"op": "replace", "path": "text", "value": "Called twice"}])");
    CHECK(changed.at("text") == "Called twice");
    run.sandbox.changeTenant(R"({"revoke": "TicketNotes delete"})");
    CHECK(run.remove(note).status == 403);
    run.sandbox.changeTenant(R"({"grant": "TicketNotes delete"})");
    CHECK(run.remove(note).status == 204);
    CHECK(run.remove(note).status == 404);
    CHECK(run.client.get(note).status == 404);
    CHECK(run.sandbox.truth().notes.empty());
}

TEST_CASE("ConnectWise: notes are found by date and text, and late if they are visible late")
{
    CwLife run;
    run.sandbox.addFault(
        R"({"match": {"method": "POST", "entity": "TicketNotes"}, "fault": {"kind": "late-visible", "ms": 600000}})");
    const std::int64_t note = run.note().id();
    const std::string list = run.ticket + "/notes";
    const std::string wanted = R"(text contains "call" and dateCreated >= [2020-01-01T00:00:00Z])";
    CHECK(run.client.ids(list, wanted).empty());
    CHECK(run.client.get(run.ticket + "/allNotes").rows()->empty());
    run.sandbox.advance(10min);
    CHECK(run.client.ids(list, wanted, "&orderBy=id%20desc&pageSize=100") == std::to_string(note));
    CHECK(run.client.get(run.ticket + "/allNotes").rows()->size() == 1);
}

TEST_CASE("ConnectWise: a locked discussion and a merged ticket can refuse notes")
{
    CwLife run;
    run.sandbox.setSwitch("note.closedDiscussion", "reject");
    CHECK(run.note("detailDescriptionFlag").status == 201);
    run.act("close");
    CHECK_THAT(run.note("detailDescriptionFlag").errors().at(0), Contains("locked"));
    CHECK(run.note("internalAnalysisFlag").status == 201);
    run.sandbox.setSwitch("note.merged", "reject");
    run.act("merge", R"(, "into": )" + std::to_string(run.client.create().id()));
    CHECK_THAT(run.note().errors().at(0), Contains("merged"));
}

TEST_CASE("ConnectWise: all notes include those of time entries and of merged tickets, the plain list does not")
{
    CwLife run;
    const std::int64_t parent = run.client.create().id();
    run.note();
    run.act("merge", R"(, "into": )" + std::to_string(parent));
    const std::int64_t entry =
        run.sandbox.act(R"({"ticketId": )" + std::to_string(parent) + R"(, "action": "time", "text": "Half an hour"})");
    const std::string list = "service/tickets/" + std::to_string(parent);
    CHECK(run.client.get(list + "/notes").rows()->empty());
    const Array::Ptr all = run.client.get(list + "/allNotes?orderBy=id%20desc").rows();
    REQUIRE(all->size() == 2);
    CHECK(all->getObject(0)->getValue<std::string>("noteType") == "TimeEntryNote");
    CHECK(all->getObject(0)->getValue<std::string>("text") == "Half an hour");
    CHECK(all->getObject(0)->getObject("_info")->getValue<std::string>("enteredBy") == "ttech");
    CHECK(all->getObject(1)->getValue<bool>("mergedFlag"));
    CHECK(all->getObject(1)->getObject("ticket")->getValue<std::int64_t>("id") == run.id);
    CHECK(run.client.ids("time/entries", "chargeToType=\"ServiceTicket\" and chargeToId=" + std::to_string(parent)) ==
          std::to_string(entry));
    CHECK(run.client.get(list).at("actualHours") == "0.5");
}

TEST_CASE("ConnectWise: the audit trail tells each change and who made it")
{
    CwLife run;
    run.set("priority/id", "1");
    run.act("assign", R"(, "to": "sdesk")");
    const Array::Ptr rows = run.audit();
    REQUIRE(rows->size() == 3);
    CHECK(rows->getObject(0)->getValue<std::string>("text") == "The ticket has been created.");
    CHECK_THAT(rows->getObject(1)->getValue<std::string>("text"),
               Contains("Priority has been updated from \"Priority 3 - Normal Response\" to \"Priority 1"));
    CHECK(rows->getObject(1)->getValue<std::string>("enteredBy") == "SandboxAPI");
    CHECK(rows->getObject(2)->getValue<std::string>("auditSubType") == "owner");
    CHECK(rows->getObject(2)->getValue<std::string>("enteredBy") == "ttech");
    CHECK(run.at("owner/identifier") == "sdesk");
    CHECK(run.client.get("system/audittrail?type=Ticket").status == 400);
    run.sandbox.changeTenant(R"({"revoke": "AuditTrail query"})");
    CHECK(run.client.get("system/audittrail?type=Ticket&id=1").status == 403);
}

TEST_CASE("ConnectWise: a configuration is attached to a ticket once")
{
    const CwLife run;
    const std::string list = run.ticket + "/configurations";
    const CwReply added = run.client.post(list, R"({"id": 700})");
    CHECK(added.status == 201);
    CHECK(added.at("_info/name") == "SRV01");
    CHECK_THAT(run.client.post(list, R"({"id": 700})").errors().at(0), Contains("already attached"));
    CHECK_THAT(run.client.post(list, R"({"id": 9})").errors().at(0), Contains("not found"));
    CHECK(run.client.get(list).rows()->size() == 1);
    CHECK(run.truth().configurations == std::vector<std::int64_t>{700});
    CHECK(run.remove(list + "/700").status == 204);
    CHECK(run.remove(list + "/700").status == 404);
    CHECK(run.client.get(list).rows()->empty());
    CHECK(run.client.ids("company/configurations", "company/id=19 and name=\"srv01\"") == "700");
}

TEST_CASE("ConnectWise: a merged ticket keeps its id, gets the status and names its parent")
{
    const CwLife run;
    const std::int64_t parent = run.client.create().id();
    const std::string merge = "service/tickets/" + std::to_string(parent) + "/merge";
    const std::string ids = R"({"mergeTicketIds": [)" + std::to_string(run.id) + "]";
    CHECK(run.client.post(merge, ids + R"(, "status": {"name": "Closed"}})").at("success") == "true");
    CHECK(run.at("mergedParentTicket/id") == std::to_string(parent));
    CHECK(run.at("status/name") == "Closed");
    CHECK(run.client.get("service/tickets/" + std::to_string(parent)).at("hasMergedChildTicketFlag") == "true");
    CHECK(run.set("priority/id", "1").at("mergedParentTicket/id") == std::to_string(parent));
    CHECK(run.truth().mergedInto == parent);
    CHECK(run.client.post(run.ticket + "/merge", ids + "}").status == 400);
    CHECK(run.client.post(merge, "{}").status == 400);
}

TEST_CASE("ConnectWise: a deleted ticket is a 404, and stays in the truth")
{
    CwLife run;
    run.sandbox.changeTenant(R"({"revoke": "Tickets delete"})");
    CHECK(run.remove(run.ticket).status == 403);
    run.sandbox.changeTenant(R"({"grant": "Tickets delete"})");
    CHECK(run.remove(run.ticket).status == 204);
    CHECK(run.client.get(run.ticket).status == 404);
    CHECK(run.note().status == 404);
    CHECK(run.truth().deleted);
    CHECK(run.sandbox.truth().ticketsWith("r-1") == 1);
}

TEST_CASE("ConnectWise: a person acts in the pages, and each act shows who it was")
{
    CwLife run;
    run.act("note", R"(, "by": "ada@acme.example", "text": "Still broken")");
    CHECK(run.at("customerUpdatedFlag") == "true");
    CHECK(run.sandbox.truth().notes.at(0).isPublic);
    CHECK(run.sandbox.truth().notes.at(0).by == "Ada Byron");
    run.act("assign");
    CHECK(run.at("customerUpdatedFlag") == "false");
    CHECK(run.truth().owner == "ttech");
    run.act("close");
    CHECK(run.at("closedBy") == "ttech");
    run.act("reopen");
    CHECK(run.at("status/name") == "New (not responded)");
    run.act("status", R"(, "status": "Waiting Customer", "by": "Workflow")");
    CHECK(run.at("_info/updatedBy") == "Workflow");
    CHECK(run.sandbox.truth().notifications.empty());
    CHECK_THROWS_WITH(run.act("status", R"(, "status": "New Alert")"), Contains("not found for Service Board 1"));
    CHECK_THROWS_WITH(run.act("note", R"(, "by": "nobody")"), Contains("nobody"));
    run.act("delete");
    CHECK_THROWS_WITH(run.act("note"), Contains("not found"));
}

TEST_CASE("ConnectWise: every write that would mail people is recorded")
{
    const CwLife run;
    CHECK(run.sandbox.truth().notifications.empty());
    run.client.patch(run.id, R"([{"op": "replace", "path": "priority/id", "value": 1},
        {"op": "replace", "path": "processNotifications", "value": false}])");
    run.note();
    CHECK(run.sandbox.truth().notifications.empty());
    run.set("status/id", "17");
    run.client.post(run.ticket + "/notes", R"({"text": "x", "resolutionFlag": true})");
    const auto mailed = run.sandbox.truth().notifications;
    REQUIRE(mailed.size() == 2);
    CHECK(mailed[0].what == "change");
    CHECK(mailed[1].what == "note");
    CHECK(mailed[1].ticket == run.id);
}
