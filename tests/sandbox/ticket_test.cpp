#include "tests/sandbox/client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using Catch::Contains;

namespace {

std::int64_t number(const Object::Ptr &item, const std::string &name)
{
    return item->get(name).convert<std::int64_t>();
}

struct BadTicket
{
    const char *changes;
    const char *error;
};

} // namespace

TEST_CASE("A ticket is created with status 200 and its id, and read back as the service writes it")
{
    Running run;
    const Reply reply = run.client.create(
        R"({"externalID": "r-1", "unknown": 5, "TITLE": "x", "title": null, "userDefinedFields": [{"name": "Site", "value": "2"}]})");
    REQUIRE(reply.status == 200);
    const Object::Ptr item = run.client.get(base + "Tickets/" + std::to_string(reply.itemId())).item();
    CHECK(item->get("title").toString() == "x");
    CHECK_THAT(item->get("ticketNumber").toString(), Catch::Matches("T[0-9]{8}\\.0001"));
    CHECK_THAT(item->get("createDate").toString(), Catch::Matches("[0-9-]{10}T[0-9:]{8}(\\.[0-9]{1,3})?Z"));
    CHECK(item->get("resolution").toString().empty());
    CHECK_FALSE(item->isNull("resolution"));
    CHECK(item->isNull("description"));
    CHECK_FALSE(item->has("unknown"));
    const std::string body = run.client.get(base + "Tickets/" + std::to_string(reply.itemId())).body;
    CHECK(body.rfind("{\"item\":{\"id\":", 0) == 0);
    CHECK(body.find("\"apiVendorID\"") < body.find("\"assignedResourceID\""));
    CHECK_THAT(body, Catch::EndsWith(R"({"name":"Warranty until","value":null}]}})"));
    CHECK_THAT(body, Contains(R"({"name":"Site","value":"2"})"));
    run.sandbox.setSwitch("dates.zulu", "false");
    const Reply again = run.client.get(base + "Tickets/" + std::to_string(reply.itemId()));
    CHECK(again.item()->get("createDate").toString().back() != 'Z');
}

TEST_CASE("The category gives what the request leaves open")
{
    const Running run;
    const Object::Ptr item = run.client.get(base + "Tickets/" + std::to_string(run.client.create().itemId())).item();
    CHECK(number(item, "ticketCategory") == 3);
    CHECK(number(item, "queueID") == 29683354);
    CHECK_FALSE(item->isNull("dueDateTime"));
}

TEST_CASE("A wrong create is a 500 with the service's words and creates nothing")
{
    const auto bad = GENERATE(values<BadTicket>({
        {R"({"title": null})", "Missing Required Field: title. ; on record number [1]."},
        {R"({"companyID": null})", "Missing Required Field: companyID. ; on record number [1]."},
        {R"({"status": null})", "Missing Required Field: status. ; on record number [1]."},
        {R"({"priority": null})", "Missing Required Field: priority. ; on record number [1]."},
        {R"({"ticketCategory": 101, "queueID": 5})", "dueDateTime is required.; on record number [1]."},
        {R"({"ticketCategory": 101, "dueDateTime": "2026-12-01T00:00:00Z"})", "queueID is required"},
        {R"({"priority": 3})", "Picklist value [3] does not exist for priority. ; on record number [1]."},
        {R"({"status": 12})", "Picklist value [12] does not exist for status. ; on record number [1]."},
        {R"({"issueType": 11, "subIssueType": 134})",
         "Picklist value [134] does not exist for subIssueType. ; on record number [1]."},
        {R"({"companyID": 9})",
         "Reference value on field: companyID of type: Account does not exist or is invalid. ; on record number [1]."},
        {R"({"companyID": 29683502})",
         "Reference value on field: companyID of type: Account does not exist or is invalid. ; on record number [1]."},
        {R"({"contactID": 30002})",
         "Reference value on field: contactID of type: Contact does not exist or is invalid. ; on record number [1]."},
        {R"({"contactID": 30003})",
         "Reference value on field: contactID of type: Contact does not exist or is invalid. ; on record number [1]."},
        {R"({"billingCodeID": 29683313})",
         "Reference value on field: billingCodeID of type: AllocationCode does not exist "
         "or is invalid. ; on record number [1]."},
        {R"({"assignedResourceID": 29682885})", "Data violation: When assigning a Resource, you must assign both a "
                                                "assignedResourceID and assignedResourceRoleID."},
        {R"({"assignedResourceID": 29682885, "assignedResourceRoleID": 29683315})",
         "The specified AssignedResourceID and AssignedRoleID combination is not currently defined"},
        {R"({"companyLocationID": 285})",
         "The companyLocationID[285] cannot be associated with the Ticket. The CompanyLocation must belong to the "
         "Ticket's, ConfigurationItem's, or the Contact's Company."},
        {R"({"dueDateTime": "soon"})", "Could not convert string to datetime: soon. Path 'dueDateTime'."},
        {R"({"dueDateTime": "2026-02-30T00:00:00Z"})",
         "Could not convert string to datetime: 2026-02-30T00:00:00Z. Path 'dueDateTime'."},
        {R"({"priority": "high"})", "Could not convert string to integer: high. Path 'priority'."},
        {R"({"userDefinedFields": [{"name": "Site", "value": "9"}]})",
         "Picklist value [9] does not exist for Site. ; on record number [1]."},
    }));
    INFO(bad.changes);
    const Running run;
    const Reply reply = run.client.create(bad.changes);
    CHECK(reply.status == 500);
    CHECK(reply.error() == bad.error);
    CHECK(run.sandbox.truth().tickets.empty());
}

TEST_CASE("Several mistakes are told together")
{
    const Running run;
    CHECK(run.client.create(R"({"title": null, "priority": 3})").json()->getArray("errors")->size() == 2);
}

TEST_CASE("A text that is not a JSON object is a 500 in the parser's words")
{
    const Running run;
    for (const std::string body : {"[1]", "tickets", "{"})
    {
        const Reply reply = run.client.post(base + "Tickets", body);
        CHECK(reply.status == 500);
        CHECK(reply.error() == "Unexpected character encountered while parsing value: " + body.substr(0, 1) + ".");
    }
}

TEST_CASE("Tolerated JSON is read: no quotes around names, a comma too many, numbers as texts")
{
    const Running run;
    const Reply reply = run.client.post(
        base + "Tickets", R"({companyID: "174", title: 'He said "no", twice', status: 1, /* soon */ priority: "2",})");
    REQUIRE(reply.status == 200);
    CHECK(run.sandbox.truth().tickets.at(0).title == R"(He said "no", twice)");
}

TEST_CASE("Company 0, an active pair of resource and role and a date without zone are good")
{
    const Running run;
    const Reply reply = run.client.create(R"({"companyID": 0, "assignedResourceID": 29682885,
        "assignedResourceRoleID": 8, "billingCodeID": 29683311, "dueDateTime": "2026-12-01T10:00:00"})");
    REQUIRE(reply.status == 200);
    CHECK(run.client.get(base + "Tickets/" + std::to_string(reply.itemId())).item()->get("dueDateTime").toString() ==
          "2026-12-01T10:00:00Z");
}

TEST_CASE("Switches change what a create is refused for")
{
    struct Case
    {
        const char *name;
        const char *value;
        const char *changes;
        const char *error; ///< Empty: it is created.
    };
    const auto it = GENERATE(values<Case>({
        {"errors.missing", "Attribute", R"({"title": null})", "Attribute 'title' is required. ; on record number [1]."},
        {"errors.recordNumber", "0", R"({"ticketCategory": 101, "queueID": 5})",
         "dueDateTime is required.; on record number [0]."},
        {"errors.recordNumber", "none", R"({"priority": 3})", "Picklist value [3] does not exist for priority"},
        {"ticket.inactiveValue", "accept", R"({"status": 12})", ""},
        {"ticket.inactiveCompany", "accept", R"({"companyID": 29683502})", ""},
        {"ticket.otherContact", "accept", R"({"contactID": 30003})", ""},
        {"ticket.contactRequired", "true", "{}", "contactID is required"},
        {"ticket.workTypeRequired", "true", "{}", "billingCodeID is required"},
        {"ticket.requiredUdf", "true", "{}", "Missing Required Field: Device Id. ; on record number [1]."},
        {"ticket.readOnly", "reject", R"({"ticketNumber": "T1"})",
         "The field ticketNumber is read only. ; on record number [1]."},
        {"ticket.readOnly", "ignore", R"({"ticketNumber": "T1"})", ""},
    }));
    INFO(it.name << "=" << it.value << " " << it.changes);
    Running run;
    run.sandbox.setSwitch(it.name, it.value);
    const Reply reply = run.client.create(it.changes);
    if (*it.error == '\0')
        CHECK(reply.status == 200);
    else
        CHECK(reply.error() == it.error);
}

TEST_CASE("A text over its length is refused, or cut by switch; lengths count UTF-16 units")
{
    Running run;
    std::string title; // 128 characters of two units each: one over 255.
    for (int i = 0; i < 128; ++i)
        title += "\xF0\x9F\x98\x80";
    const std::string changes = "{\"title\": \"" + title + "\"}";
    CHECK_THAT(run.client.create(changes).error(), Contains("title exceeds the maximum length of 255"));
    run.sandbox.setSwitch("ticket.overLength", "truncate");
    const std::string cut(255, 'x');
    REQUIRE(run.client.create("{\"title\": \"" + cut + "yz\"}").status == 200);
    CHECK(run.sandbox.truth().tickets.at(0).title == cut);
}

TEST_CASE("An explicit null is passed over, or refused by switch")
{
    Running run;
    const std::string ticket = R"({"companyID":174,"title":"t","status":1,"priority":2,"contactID":null})";
    CHECK(run.client.post(base + "Tickets", ticket).status == 200);
    run.sandbox.setSwitch("ticket.nulls", "reject");
    CHECK(run.client.post(base + "Tickets", ticket).error() ==
          "Value cannot be null: contactID. ; on record number [1].");
}

TEST_CASE("externalID may stand twice, unless the switch makes it unique")
{
    Running run;
    CHECK(run.client.create(R"({"externalID": "r"})").status == 200);
    CHECK(run.client.create(R"({"externalID": "r"})").status == 200);
    CHECK(run.sandbox.truth().ticketsWith("r") == 2);
    run.sandbox.setSwitch("ticket.uniqueExternalID", "true");
    CHECK(run.client.create(R"({"externalID": "R"})").status == 500);
    CHECK(run.sandbox.truth().references.at("r").received == 2);
    CHECK(run.sandbox.truth().references.at("R").received == 1);
    CHECK(run.sandbox.truth().references.at("R").committed == 0);
}

TEST_CASE("itemId can be a text of digits")
{
    Running run;
    run.sandbox.setSwitch("ticket.itemIdText", "true");
    CHECK_THAT(run.client.create().body, Catch::Matches("\\{\"itemId\":\"[0-9]+\"\\}"));
}

TEST_CASE("A value that the tenant deactivates is refused from then on")
{
    Running run;
    run.sandbox.changeTenant(R"({"deactivate": {"field": "priority", "value": 2}})");
    CHECK(run.client.create().status == 500);
    run.sandbox.reset();
    CHECK(run.client.create().status == 200);
}

TEST_CASE("An id that is not there is a null item with 200, or a 404 by switch")
{
    Running run;
    CHECK(run.client.get(base + "Tickets/5").body == R"({"item":null})");
    run.sandbox.setSwitch("get.missing", "404");
    CHECK(run.client.get(base + "Tickets/5").status == 404);
}

TEST_CASE("A sparse update changes what it names and checks it; a full one clears the rest")
{
    Running run;
    const std::string id = std::to_string(run.client.create(R"({"description": "old"})").itemId());
    CHECK(run.client.call("PATCH", base + "Tickets", "{\"id\":" + id + ",\"status\":5}").status == 200);
    CHECK(number(run.client.get(base + "Tickets/" + id).item(), "status") == 5);
    CHECK(run.client.get(base + "Tickets/" + id).item()->get("description").toString() == "old");
    CHECK(run.client.call("PATCH", base + "Tickets", "{\"id\":" + id + ",\"priority\":3}").status == 500);
    const std::string whole = ",\"companyID\":174,\"title\":\"new\",\"status\":1,\"priority\":1}";
    CHECK(run.client.call("PUT", base + "Tickets", "{\"id\":" + id + whole).status == 200);
    CHECK(run.client.get(base + "Tickets/" + id).item()->isNull("description"));
    CHECK(run.client.call("PATCH", base + "Tickets", R"({"id":1,"status":5})").status == 500);
    run.sandbox.setSwitch("ticket.patch", "404");
    CHECK(run.client.call("PATCH", base + "Tickets", "{\"id\":" + id + ",\"status\":5}")
              .contentType.rfind("text/html", 0) == 0);
}

TEST_CASE("Impersonation sets the creator of a write and is refused with a query")
{
    const Running run;
    const std::map<std::string, std::string> tess = {{"ImpersonationResourceId", "29682885"}};
    const Reply reply =
        run.client.call("POST", base + "Tickets", R"({"companyID":174,"title":"t","status":1,"priority":2})", tess);
    const Object::Ptr item = run.client.get(base + "Tickets/" + std::to_string(reply.itemId())).item();
    CHECK(number(item, "creatorResourceID") == 29682885);
    CHECK(number(item, "impersonatorCreatorResourceID") == 29682890);
    CHECK(run.client.call("POST", base + "Tickets/query", R"({"filter":[{"op":"exist","field":"id"}]})", tess).status ==
          500);
}

TEST_CASE("Notes are made and read under their ticket only, and queried on their own")
{
    const Running run;
    const std::string ticket = base + "Tickets/" + std::to_string(run.client.create().itemId());
    const std::string note = R"({"title":"n","description":"text","noteType":1,"publish":2})";
    const Reply made = run.client.post(ticket + "/Notes", note);
    REQUIRE(made.status == 200);
    CHECK(run.client.get(ticket + "/Notes").items()->size() == 1);
    CHECK(run.client.get(ticket + "/Notes/" + std::to_string(made.itemId())).item()->get("description").toString() ==
          "text");
    CHECK(run.client.post(base + "TicketNotes/query", R"({"filter":[{"op":"exist","field":"id"}]})").items()->size() ==
          1);
    CHECK(run.client.post(base + "TicketNotes", note).status == 404);
    CHECK(run.client.post(base + "Tickets/1/Notes", note).status == 500);
    CHECK(
        run.client.post(ticket + "/Notes", R"({"title":"n","description":"text","noteType":1,"publish":3})").error() ==
        "Picklist value [3] does not exist for publish. ; on record number [1].");
    CHECK_THAT(run.client.post(ticket + "/Notes", R"({"noteType":1,"publish":1})").error(), Contains("description"));
}

TEST_CASE("Attachments are listed without their data and read as a collection of one with it")
{
    const Running run;
    const std::string path = base + "Tickets/" + std::to_string(run.client.create().itemId()) + "/Attachments";
    const Reply made = run.client.post(
        path,
        R"({"id":0,"attachmentType":"FILE_ATTACHMENT","title":"t","fullPath":"a.txt","publish":1,"data":"YQ=="})");
    REQUIRE(made.status == 200);
    CHECK(run.client.get(path).items()->getObject(0)->isNull("data"));
    CHECK(run.client.get(path + "/" + std::to_string(made.itemId())).items()->getObject(0)->get("data").toString() ==
          "YQ==");
}
