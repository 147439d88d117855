// How tickets are created.
#include "tests/sandbox/halopsa_client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using Catch::Contains;

TEST_CASE("HaloPSA: a ticket is created from an array, and comes back as one object with 201")
{
    HaloRunning run;
    const HaloReply reply = run.client.create(R"({"details": "two\nlines", "third_party_id_string": "r-1"})");
    CHECK(reply.status == 201);
    CHECK(reply.at("summary") == "Disk full");
    CHECK(reply.at("details") == "two\nlines");
    CHECK(reply.at("client_name") == "Acme Dental");
    CHECK(reply.at("site_id") == "40"); // the client's first
    CHECK(reply.at("status_id") == "1");
    CHECK(reply.at("sla_id") == "1");
    CHECK(reply.at("priority_id") == "3");
    CHECK(reply.at("agent_id") == "1");
    CHECK(reply.at("team") == "Service Desk");
    CHECK(reply.at("team_id") == "1");
    CHECK(reply.at("merged_into_id") == "0");
    CHECK(reply.at("deleted") == "false");
    CHECK(reply.at("dateclosed") == "1899-12-30T00:00:00");
    CHECK_THAT(reply.at("dateoccurred"), !Contains("Z"));
    CHECK(run.sandbox.truth().ticketsWith("r-1") == 1);
    CHECK(run.client.get("Tickets/" + reply.at("id") + "?includedetails=true").body == reply.body);
}

TEST_CASE("HaloPSA: the answer to a create can be 200, and an array")
{
    HaloRunning run;
    run.sandbox.setSwitch("ticket.createStatus", "200");
    run.sandbox.setSwitch("ticket.createBody", "array");
    const HaloReply reply = run.client.create();
    CHECK(reply.status == 200);
    CHECK(reply.rows()->size() == 1);
}

TEST_CASE("HaloPSA: tickets that are not an array are refused; one object has a URL of its own")
{
    const HaloRunning run;
    const std::string one = R"({"summary": "Disk full", "tickettype_id": 1})";
    CHECK(run.client.post("Tickets", one).status == 400);
    CHECK_THAT(run.client.post("Tickets", one).message(), Contains("array"));
    CHECK(run.client.post("Tickets", "[1]").status == 400);
    CHECK(run.client.post("Tickets", "nonsense").status == 400);
    CHECK(run.sandbox.truth().tickets.empty());
    CHECK(run.client.post("Tickets/Object", one).status == 201);
    CHECK(run.client.post("Tickets", "[" + one + ", " + one + "]").rows()->size() == 2);
}

TEST_CASE("HaloPSA: a ticket needs a summary, a type, and what the type makes mandatory")
{
    HaloRunning run;
    CHECK_THAT(run.client.create(R"({"tickettype_id": null})").message(), Contains("Ticket Type"));
    CHECK_THAT(run.client.create(R"({"summary": ""})").message(), Contains("Summary"));
    const HaloReply reply = run.client.create(R"({"tickettype_id": 3})");
    CHECK(reply.status == 400);
    CHECK_THAT(reply.message(), Contains("Details, Category"));
    CHECK(run.client.create(R"({"tickettype_id": 3, "details": "x", "category_1": "Hardware>Laptop"})").status == 201);
    CHECK(run.client.create(R"({"tickettype_id": 3, "_novalidate": true})").status == 201);
    CHECK(run.client.create(R"({"summary": "", "_novalidate": true})").status == 400);
    run.sandbox.setSwitch("ticket.mandatory", "user_id");
    CHECK_THAT(run.client.create().message(), Contains("User"));
    CHECK(run.client.create(R"({"user_id": 480, "site_id": 40})").status == 201);
    CHECK(run.client.create(R"({"_novalidate": true})").status == 201);
}

TEST_CASE("HaloPSA: a real number is refused where an integer is meant, a string of digits is not")
{
    const HaloRunning run;
    const HaloReply real = run.client.create(R"({"client_id": 12.5})");
    CHECK(real.status == 400);
    CHECK_THAT(real.message(), Contains("is not a valid integer") && Contains("client_id"));
    CHECK(run.client.post("Tickets", R"([{"summary": "x", "tickettype_id": 1, "client_id": 12.0}])").status == 400);
    CHECK(run.client.create(R"({"client_id": "12"})").at("client_id") == "12");
    CHECK(run.client.create(R"({"client_id": "12.0"})").status == 400);
    CHECK(run.client.create(R"({"client_id": true})").status == 400);
    CHECK(run.client.create(R"({"client_id": 9999999999})").status == 400);
    CHECK(run.client.create(R"({"deadlinedate": "tomorrow"})").status == 400);
    CHECK(run.client.create(R"({"summary": {}})").status == 400);
    CHECK(run.client.create(R"({"assets": 700})").status == 400);
}

TEST_CASE("HaloPSA: an id that the tenant does not have or that is inactive is refused, or dropped without a word")
{
    HaloRunning run;
    const auto bad = GENERATE(values<std::string>(
        {R"({"client_id": 99})", R"({"client_id": 16})", R"({"site_id": 99})", R"({"status_id": 99})",
         R"({"status_id": 23})", R"({"agent_id": 5})", R"({"team": "Nobody"})", R"({"team": "Night Shift"})",
         R"({"category_1": "Unknown"})", R"({"category_1": "Monitoring>Disk"})", R"({"category_2": "Hardware"})",
         R"({"sla_id": 9})", R"({"assets": [{"id": 99}]})", R"({"tickettype_id": 30})",
         R"({"customfields": [{"name": "CFsiteCode", "value": "Mars"}]})"}));
    INFO(bad);
    CHECK(run.client.create(bad).status == 400);
    run.sandbox.setSwitch("ticket.unknownValue", "ignore");
    const bool type = bad.find("tickettype") != std::string::npos; // which is mandatory
    CHECK(run.client.create(bad).status == (type ? 400 : 201));
}

TEST_CASE("HaloPSA: a user needs a site, and client, site, user and asset must fit together")
{
    HaloRunning run;
    CHECK(run.client.create(R"({"user_id": 480, "site_id": 40})").at("user_name") == "Ada Byron");
    CHECK_THAT(run.client.create(R"({"user_id": 480})").message(), Contains("Site"));
    const std::vector<std::string> unfit = {R"({"site_id": 42})", R"({"user_id": 482, "site_id": 40})",
                                            R"({"assets": [{"id": 710}]})"};
    for (const std::string &one : unfit)
        CHECK(run.client.create(one).status == 400);
    run.sandbox.setSwitch("ticket.unfit", "accept");
    for (const std::string &one : unfit)
        CHECK(run.client.create(one).status == 201);
    CHECK(run.client.create(R"({"client_id": null, "site_id": 42})").at("client_id") == "13");
    CHECK(run.client.create(R"({"client_id": null})").at("client_id") == "1");
}

TEST_CASE("HaloPSA: a priority belongs to an SLA, and a type without one has none")
{
    HaloRunning run;
    CHECK(run.client.create(R"({"priority_id": 1})").at("priority_id") == "1");
    CHECK(run.client.create(R"({"priority_id": 2, "sla_id": 2})").at("priority_id") == "2");
    CHECK(run.client.create(R"({"priority_id": 4, "sla_id": 2})").at("priority_id") == "2"); // the SLA's default
    CHECK(run.client.create(R"({"priority_id": 1, "tickettype_id": 21})").at("priority_id").empty());
    run.sandbox.setSwitch("ticket.wrongPriority", "reject");
    CHECK(run.client.create(R"({"priority_id": 4, "sla_id": 2})").status == 400);
    CHECK(run.client.create(R"({"priority_id": 1, "tickettype_id": 21})").status == 400);
    CHECK(run.client.create(R"({"tickettype_id": 21})").status == 201);
}

TEST_CASE("HaloPSA: custom fields are named or numbered, and a tenant without one ignores it")
{
    const HaloRunning run;
    const HaloReply reply = run.client.create(R"({"customfields": [{"name": "cfalertsource", "value": "Zabbix"},
        {"id": 151, "value": "OSL"}, {"name": "CFunknown", "value": 1}]})");
    const Array::Ptr fields = reply.rows("customfields");
    REQUIRE(fields->size() == 4);
    CHECK(fields->getObject(0)->get("value") == "Zabbix");
    CHECK(fields->getObject(1)->get("value") == 2);
    CHECK(fields->getObject(1)->get("display") == "OSL");
    CHECK(fields->getObject(2)->get("value").isEmpty());
}

TEST_CASE("HaloPSA: actions and unknown members of a create are ignored without a word")
{
    const HaloRunning run;
    const HaloReply reply =
        run.client.create(R"({"actions": [{"outcome_id": 7, "note": "nested"}], "nonsense": {"x": 1}})");
    CHECK(reply.status == 201);
    CHECK(run.sandbox.truth().notes.empty());
}

TEST_CASE("HaloPSA: text and custom fields of a ticket are sent with its details only")
{
    HaloTicket run;
    CHECK_FALSE(run.read("").json()->has("details"));
    CHECK_FALSE(run.read("").json()->has("customfields"));
    CHECK(run.read().json()->has("details"));
    CHECK_FALSE(run.read().json()->has("auditing"));
    run.sandbox.setSwitch("dates.empty", "null");
    CHECK(run.read().json()->isNull("dateclosed"));
    run.sandbox.setSwitch("dates.empty", "1900");
    CHECK(run.read().at("dateclosed") == "1900-01-01T00:00:00");
}

TEST_CASE("HaloPSA: a ticket can be as large as in a tenant that has used it for long")
{
    HaloTicket run;
    run.sandbox.setSwitch("ticket.padding", "94000");
    CHECK(run.read().body.size() > 94000);
    CHECK(run.client.get("Tickets").body.size() > 94000);
}

TEST_CASE("HaloPSA: HTML replaces the text without anything between its lines")
{
    const HaloRunning run;
    const HaloReply reply = run.client.create(R"({"details_html": "<p>one</p><p>two</p>"})");
    CHECK(reply.at("details") == "onetwo");
    CHECK(reply.at("details_html") == "<p>one</p><p>two</p>");
}

TEST_CASE("HaloPSA: the reference is unique where the tenant wants it")
{
    HaloTicket run;
    CHECK(run.client.create(R"({"third_party_id_string": "r-1"})").status == 201);
    run.sandbox.setSwitch("ticket.uniqueReference", "true");
    CHECK(run.client.create(R"({"third_party_id_string": "r-1"})").status == 400);
    CHECK(run.client.create(R"({"third_party_id_string": "r-2"})").status == 201);
    CHECK(run.client.create().status == 201);
    CHECK(run.client.create().status == 201);
    CHECK(run.sandbox.truth().references.at("r-1").received == 3);
    CHECK(run.sandbox.truth().references.at("r-1").committed == 2);
}

TEST_CASE("HaloPSA: errors come in every form that clients have seen")
{
    HaloRunning run;
    const std::map<std::string, std::string> starts = {
        {"exception", R"({"ClassName":"System.Exception","Message":"The)"},
        {"result", R"({"resultCode":1,"errorMessage":"The)"},
        {"Message", R"({"Message":"The)"},
        {"error", R"({"error":"The)"},
        {"oauth", R"({"error":"invalid_request","error_description":"The)"},
        {"errors", R"({"errors":["The)"},
        {"errorObjects", R"({"errors":[{"message":"The)"},
        {"message", R"({"message":"The)"},
        {"detail", R"({"detail":"The)"},
        {"array", R"([{"message":"The)"},
        {"string", R"("The)"},
        {"text", "The"}};
    for (const auto &[shape, start] : starts)
    {
        run.sandbox.setSwitch("errors.shape", shape);
        const HaloReply reply = run.client.create(R"({"client_id": 99})");
        CHECK_THAT(reply.body, Catch::StartsWith(start));
        CHECK(reply.status == 400);
    }
    run.sandbox.setSwitch("errors.status", "500");
    CHECK(run.client.create(R"({"client_id": 99})").status == 500);
    CHECK(run.client.create(R"({"client_id": 12.5})").status == 400);
}

TEST_CASE("HaloPSA: a create without the right is refused")
{
    HaloRunning run;
    run.sandbox.changeTenant(R"({"revoke": "Tickets create"})");
    CHECK(run.client.create().status == 403);
    CHECK(run.sandbox.truth().tickets.empty());
    run.sandbox.changeTenant(R"({"grant": "tickets create"})");
    CHECK(run.client.create().status == 201);
}

TEST_CASE("HaloPSA: other paths, methods and media types are refused")
{
    const HaloRunning run;
    CHECK(run.client.get("Nothing").status == 404);
    CHECK(run.client.call("PATCH", "/api/Tickets", "{}").status == 405);
    CHECK(run.client.get("Tickets/abc").status == 400);
    CHECK(run.client.get("tickets/99999").status == 404);
    CHECK(run.client.get("Tickets/99999").body.empty());
    CHECK(run.client.call("POST", "/api/Tickets", "[]", {{"Content-Type", "text/plain"}}).status == 415);
    CHECK_THAT(run.client.call("GET", "/home").contentType, Contains("text/html"));
}
