#include "tests/sandbox/connectwise_client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using Catch::Contains;

namespace {

using Errors = std::vector<std::string>;

struct CwBadTicket
{
    const char *changes;
    const char *error; ///< "code|message|resource|field".
};

std::string text(std::size_t length)
{
    return std::string(length, 'x');
}

std::string path(std::int64_t ticket)
{
    return "service/tickets/" + std::to_string(ticket);
}

} // namespace

TEST_CASE(
    "ConnectWise: a ticket is created with 201 and answered whole, with what the tenant adds and references expanded")
{
    const CwRunning run;
    const CwReply reply =
        run.client.create(R"({"externalXRef": "r-1", "initialDescription": "All of it", "unknown": 5})");
    REQUIRE(reply.status == 201);
    CHECK(reply.at("summary") == "Disk full");
    CHECK(reply.at("recordType") == "ServiceTicket");
    CHECK(reply.at("board/name") == "Help Desk");
    CHECK(reply.at("status/name") == "New (not responded)");
    CHECK(reply.at("type/name") == "Break-fix");
    CHECK(reply.at("team/name") == "Service Team");
    CHECK(reply.at("priority/name") == "Priority 3 - Normal Response");
    CHECK(reply.at("source/name") == "Email");
    CHECK(reply.at("company/identifier") == "AcmeDental");
    CHECK(reply.at("site/name") == "Main");
    CHECK(reply.at("severity") == "Medium");
    CHECK(reply.at("closedFlag") == "false");
    CHECK(reply.at("externalXRef") == "r-1");
    CHECK(reply.at("status/_info/status_href") ==
          "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/service/boards/1/statuses/16");
    CHECK_THAT(reply.at("_info/dateEntered"), Catch::Matches("[0-9-]{10}T[0-9:]{8}Z"));
    CHECK(reply.at("_info/enteredBy") == "SandboxAPI");
    CHECK_FALSE(reply.json()->has("unknown"));
    CHECK_FALSE(reply.json()->has("initialDescription"));
    CHECK_FALSE(reply.json()->has("contact"));
    CHECK(run.client.get(path(reply.id())).body == reply.body);
    CHECK_THAT(reply.headers.at("location"), Catch::EndsWith("/" + path(reply.id())));
}

TEST_CASE("ConnectWise: another board gives its own status, type and team")
{
    const CwRunning run;
    const CwReply reply = run.client.create(R"({"board": {"name": "alerts"}})");
    CHECK(reply.at("status/id") == "26");
    CHECK(reply.at("type/id").empty()); // Alerts has no default type.
    CHECK(reply.at("team/name") == "Alert Team");
}

TEST_CASE("ConnectWise: references are taken by id, by name and by identifier")
{
    const CwRunning run;
    for (const std::string ticket :
         {R"({"board": {"id": 2}, "status": {"id": 27}, "type": {"id": 111}, "subType": {"id": 211}, "team": {"id": 27},
              "priority": {"id": 1}, "source": {"id": 3}, "company": {"id": 20}, "contact": {"id": 482}, "owner": {"id": 150}})",
          R"({"board": {"name": "Alerts"}, "status": {"name": "Acknowledged"}, "type": {"name": "Monitoring"},
              "subType": {"name": "Disk"}, "team": {"name": "Alert Team"}, "priority": {"name": "Priority 1 - Emergency Response"},
              "source": {"name": "Monitoring"}, "company": {"identifier": "globex"}, "contact": {"name": "Hank Scorpio"},
              "owner": {"identifier": "ttech"}})"})
    {
        const CwReply reply = run.client.create(ticket);
        INFO(reply.body);
        REQUIRE(reply.status == 201);
        CHECK(reply.at("status/id") == "27");
        CHECK(reply.at("type/id") == "111");
        CHECK(reply.at("subType/id") == "211");
        CHECK(reply.at("team/id") == "27");
        CHECK(reply.at("priority/id") == "1");
        CHECK(reply.at("source/id") == "3");
        CHECK(reply.at("company/id") == "20");
        CHECK(reply.at("contact/name") == "Hank Scorpio");
        CHECK(reply.at("contactEmailAddress") == "hank@globex.example");
        CHECK(reply.at("owner/name") == "Tess Tech");
    }
    CHECK(run.client.create(R"({"company": {"name": "acme dental"}})").at("company/id") == "19");
}

TEST_CASE("ConnectWise: a wrong create is a 400 that names the field, and creates nothing")
{
    const auto bad = GENERATE(values<CwBadTicket>({
        {R"({"summary": null})", "MissingRequiredField|The summary field is required.|ticket|summary"},
        {R"({"summary": " "})", "MissingRequiredField|The summary field is required.|ticket|summary"},
        {R"({"company": null})", "MissingRequiredField|The company field is required.|ticket|company"},
        {R"({"company": {}})", "MissingRequiredField|id or name is required.|ticket|company/id"},
        {R"({"company": {"id": 99}})", "NotFound|Company 99 not found|ticket|company/id"},
        {R"({"company": {"identifier": "Initech"}})", "NotFound|Company Initech not found|ticket|company/identifier"},
        {R"({"board": {"id": 21}})", "NotFound|Service Board 21 not found|ticket|board/id"},
        {R"({"board": {"name": "Old Desk"}})", "NotFound|Service Board Old Desk not found|ticket|board/name"},
        {R"({"board": {"id": 5}})", "NotFound|Service Board 5 not found|ticket|board/id"},
        {R"({"board": {"id": 2}, "status": {"id": 17}})",
         "NotFound|Service Status 17 not found for Service Board 2|ticket|status/id"},
        {R"({"status": {"name": "New Alert"}})",
         "NotFound|Service Status New Alert not found for Service Board 1|ticket|status/name"},
        {R"({"status": {"id": 20}})", "NotFound|Service Status 20 not found for Service Board 1|ticket|status/id"},
        {R"({"type": {"id": 111}})", "NotFound|Service Type 111 not found for Service Board 1|ticket|type/id"},
        {R"({"type": {"id": 102}, "subType": {"id": 201}})",
         "NotFound|Service SubType 201 not found for Service Type 102|ticket|subType/id"},
        {R"({"team": {"id": 27}})", "NotFound|Service Team 27 not found for Service Board 1|ticket|team/id"},
        {R"({"priority": {"id": 2}})", "NotFound|Priority 2 not found|ticket|priority/id"},
        {R"({"contact": {"id": 482}})", "NotFound|Contact 482 not found for Company 19|ticket|contact/id"},
        {R"({"contact": {"id": 481}})", "NotFound|Contact 481 not found for Company 19|ticket|contact/id"},
        {R"({"customFields": [{"id": 99, "value": "x"}]})", "NotFound|Custom Field 99 not found|ticket|customFields"},
        {R"({"customFields": [{"id": 6, "value": "NYC"}]})",
         "InvalidField|The value of the custom field Site code is invalid.|ticket|customFields"},
    }));
    INFO(bad.changes);
    const CwRunning run;
    const CwReply reply = run.client.create(bad.changes);
    CHECK(reply.status == 400);
    CHECK(reply.code() == "InvalidObject");
    CHECK(reply.message() == "ticket object is invalid");
    CHECK(reply.errors() == Errors{bad.error});
    CHECK(run.sandbox.truth().tickets.empty());
}

TEST_CASE("ConnectWise: every text has its most, counted in UTF-16 units")
{
    const CwRunning run;
    const std::map<std::string, std::size_t> most = {{"summary", 100},
                                                     {"siteName", 50},
                                                     {"addressLine1", 50},
                                                     {"addressLine2", 50},
                                                     {"city", 50},
                                                     {"stateIdentifier", 50},
                                                     {"zip", 12},
                                                     {"contactName", 62},
                                                     {"contactPhoneNumber", 20},
                                                     {"contactPhoneExtension", 15},
                                                     {"contactEmailAddress", 250},
                                                     {"externalXRef", 100},
                                                     {"poNumber", 50},
                                                     {"automaticEmailCc", 1000}};
    std::string good;
    std::string bad;
    for (const auto &[name, length] : most)
    {
        good += (good.empty() ? "{\"" : ", \"") + name + "\": \"" + text(length) + "\"";
        bad += (bad.empty() ? "{\"" : ", \"") + name + "\": \"" + text(length + 1) + "\"";
    }
    CHECK(run.client.create(good + "}").status == 201);
    const Errors errors = run.client.create(bad + "}").errors();
    CHECK(errors.size() == most.size());
    CHECK(errors.at(0) ==
          "MaxLengthField|The field summary must be a string with a maximum length of 100.|ticket|summary");
    std::string wide; // One unit each, three bytes each.
    for (int i = 0; i < 100; ++i)
        wide += "\u20ac";
    CHECK(run.client.create(R"({"summary": ")" + wide + "\"}").status == 201);
    CHECK(run.client.create(R"({"summary": ")" + wide + "x\"}").status == 400);
}

TEST_CASE("ConnectWise: several mistakes are told together, without those that only follow from others")
{
    const CwRunning run;
    const CwReply reply =
        run.client.create(R"({"summary": null, "board": {"id": 9}, "status": {"id": 17}, "priority": {"id": 2}})");
    CHECK(reply.errors() == Errors{"MissingRequiredField|The summary field is required.|ticket|summary",
                                   "NotFound|Service Board 9 not found|ticket|board/id",
                                   "NotFound|Priority 2 not found|ticket|priority/id"});
}

TEST_CASE("ConnectWise: a value of the wrong type is refused with its path")
{
    const CwRunning run;
    const auto message = [&](const std::string &changes) {
        const CwReply reply = run.client.create(changes);
        CHECK(reply.status == 400);
        CHECK(reply.code() == "ConnectWiseApi");
        return reply.message();
    };
    CHECK_THAT(message(R"({"company": 250})"), Contains("Error converting value 250") && Contains("Path 'company'"));
    CHECK_THAT(message(R"({"summary": ["x"]})"), Contains("Path 'summary'"));
    CHECK_THAT(message(R"({"severity": "Huge"})"), Contains("Path 'severity'"));
    CHECK_THAT(message(R"({"budgetHours": "many"})"), Contains("Path 'budgetHours'"));
    CHECK(message(R"({"requiredDate": "soon"})") == "Could not convert string to DateTime: soon. Path 'requiredDate'.");
    CHECK_THAT(run.client.post("service/tickets", "[1]").message(), Contains("JSON object"));
    CHECK_THAT(run.client.post("service/tickets", "tickets").message(), Contains("value: t"));
    CHECK(run.sandbox.truth().tickets.empty());
}

TEST_CASE("ConnectWise: only JSON is taken")
{
    const CwRunning run;
    const CwReply reply = run.client.call("POST", api + "service/tickets", "x=1",
                                          {{"Content-Type", "application/x-www-form-urlencoded"}});
    CHECK(reply.status == 415);
    CHECK(run.client
              .call("POST", api + "service/tickets", R"({"summary": "x", "company": {"id": 19}})",
                    {{"Content-Type", "application/json; charset=utf-8"}})
              .status == 201);
}

TEST_CASE("ConnectWise: the texts of a create become notes, and a contact is found by e-mail")
{
    const CwRunning run;
    const CwReply reply = run.client.create(R"({"initialDescription": "What", "initialInternalAnalysis": "Why",
        "initialResolution": "How", "contactEmailLookup": "ADA@acme.example"})");
    CHECK(reply.at("contact/id") == "480");
    CHECK_FALSE(reply.json()->has("contactEmailLookup"));
    const Array::Ptr notes = run.client.get(path(reply.id()) + "/notes").rows();
    REQUIRE(notes->size() == 3);
    CHECK(notes->getObject(0)->getValue<std::string>("text") == "What");
    CHECK(notes->getObject(0)->getValue<bool>("detailDescriptionFlag"));
    CHECK(notes->getObject(1)->getValue<bool>("internalAnalysisFlag"));
    CHECK(notes->getObject(2)->getValue<bool>("resolutionFlag"));
}

TEST_CASE("ConnectWise: custom fields are answered all, with the values that were given")
{
    const CwRunning run;
    const CwReply reply = run.client.create(R"({"customFields": [{"id": 6, "value": "OSL"}, {"id": 7, "value": 3}]})");
    const Array::Ptr fields = reply.json()->getArray("customFields");
    REQUIRE(fields->size() == 8);
    CHECK_FALSE(fields->getObject(0)->has("value"));
    CHECK(fields->getObject(1)->getValue<std::string>("value") == "OSL");
    CHECK(fields->getObject(1)->getValue<std::string>("caption") == "Site code");
    CHECK(fields->getObject(2)->getValue<int>("value") == 3);
}

TEST_CASE("ConnectWise: inactive values and a second ticket of one reference are switches")
{
    CwRunning run;
    run.sandbox.setSwitch("ticket.inactiveValue", "accept");
    CHECK(run.client.create(R"({"status": {"id": 20}})").status == 201);
    CHECK(run.client.create(R"({"externalXRef": "r-1"})").status == 201);
    CHECK(run.client.create(R"({"externalXRef": "R-1"})").status == 201);
    run.sandbox.setSwitch("ticket.uniqueExternalXRef", "true");
    CHECK_THAT(run.client.create(R"({"externalXRef": "r-1"})").errors().at(0), Contains("ObjectExists|"));
    run.sandbox.changeTenant(R"({"deactivate": {"entity": "Companies", "id": 19}})");
    CHECK(run.client.create().errors() == Errors{"NotFound|Company 19 not found|ticket|company/id"});
}

TEST_CASE("ConnectWise: a ticket is patched by an array of operations, and looked at as a whole")
{
    const CwRunning run;
    const std::int64_t id = run.client.create().id();
    const CwReply reply = run.client.patch(id, R"([{"op": "replace", "path": "status", "value": {"id": 19}},
        {"op": "replace", "path": "/summary", "value": "New"}, {"op": "replace", "path": "priority/id", "value": 1},
        {"op": "add", "path": "customFields", "value": [{"id": 5, "value": "q"}]}, {"op": "remove", "path": "team"}])");
    CHECK(reply.status == 200);
    CHECK(reply.at("status/name") == "Closed");
    CHECK(reply.at("closedFlag") == "true");
    CHECK_FALSE(reply.at("closedDate").empty());
    CHECK(reply.at("summary") == "New");
    CHECK(reply.at("priority/id") == "1");
    CHECK_FALSE(reply.json()->has("team"));
    CHECK(reply.json()->getArray("customFields")->getObject(0)->getValue<std::string>("value") == "q");
    CHECK(run.client.patch(id, R"([{"op": "replace", "path": "status/name", "value": "In Progress"}])")
              .at("closedFlag") == "false");
    CHECK(run.client.patch(id, R"([{"op": "replace", "path": "board", "value": {"id": 2}}])").errors().at(0) ==
          "NotFound|Service Status 17 not found for Service Board 2|ticket|status/id");
    CHECK(run.client.get(path(id)).at("board/id") == "1");
}

TEST_CASE("ConnectWise: a patch that is none is refused")
{
    CwRunning run;
    const std::int64_t id = run.client.create().id();
    for (const std::string body : {R"({"summary": "x"})", "[]", R"([{"op": "move", "path": "summary"}])",
                                   R"([{"op": "replace", "path": "nothing", "value": 1}])",
                                   R"([{"op": "replace", "path": "summary/id", "value": 1}])",
                                   R"([{"op": "replace", "path": "id", "value": 1}])", "[1]"})
    {
        INFO(body);
        CHECK(run.client.patch(id, body).status == 400);
    }
    CHECK(run.client.patch(id, R"([{"op": "replace", "path": "summary", "value": ""}])").errors().size() == 1);
    CHECK(run.client.patch(9, R"([{"op": "replace", "path": "summary", "value": "x"}])").status == 404);
    run.sandbox.changeTenant(R"({"revoke": "Tickets update"})");
    CHECK(run.client.patch(id, R"([{"op": "replace", "path": "summary", "value": "x"}])").status == 403);
}

TEST_CASE("ConnectWise: notes are added to their ticket and say where they are shown")
{
    CwRunning run;
    const std::string notes = path(run.client.create().id()) + "/notes";
    const CwReply reply =
        run.client.post(notes, R"({"text": "Called", "internalAnalysisFlag": true, "processNotifications": false})");
    CHECK(reply.status == 201);
    CHECK(reply.at("text") == "Called");
    CHECK(reply.at("internalFlag") == "true");
    CHECK(reply.at("createdBy") == "SandboxAPI");
    CHECK(run.client.get(notes + "/" + std::to_string(reply.id())).at("text") == "Called");
    CHECK(run.client.get(notes + "/count").at("count") == "1");
    const CwReply nowhere = run.client.post(notes, R"({"text": "Called"})");
    CHECK(nowhere.message() == "serviceNote object is invalid");
    CHECK_THAT(nowhere.errors().at(0), Contains("Please choose where to display the notes"));
    CHECK(run.client.post(notes, R"({"resolutionFlag": true})").status == 400);
    CHECK(run.client.post("service/tickets/9/notes", R"({"text": "x", "resolutionFlag": true})").status == 404);
    CHECK(run.client.get("service/tickets/9/notes").status == 404);
    run.sandbox.changeTenant(R"({"revoke": "TicketNotes create"})");
    CHECK(run.client.post(notes, R"({"text": "x", "resolutionFlag": true})").status == 403);
}
