// find, choices and read.
#include "common/json.h"
#include "tenant.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;
using psa::plugins::textOf;

namespace {

struct Tenant
{
    FakeHost host;
    AutotaskUnderTest plugin{host};

    Tenant()
    {
        scriptTenant(host);
        plugin.configured();
    }
};

constexpr const char *queryRoute = "/V1.0/Tickets/query";

/// "id label" of every item, and the cursor after them.
std::string shown(const Outcome &outcome)
{
    REQUIRE(outcome.ok());
    const auto page = document("choices", outcome.result);
    const auto items = page->getArray("items");
    std::string text;
    for (unsigned i = 0; i < items->size(); ++i)
    {
        const auto item = items->getObject(i);
        text += textOf(*item, "id") + " " + textOf(*item, "label") + (item->has("active") ? " (inactive)" : "") + "; ";
    }
    return text + textOf(*page, "nextCursor");
}

} // namespace

TEST_CASE("tickets are found by exactly their reference")
{
    Tenant tenant;
    tenant.host.on(
        "POST", queryRoute,
        ok(R"({"items":[{"id":5,"ticketNumber":"T20261124.0017","externalID":"ref-1","status":1},)"
           R"({"id":6,"ticketNumber":"T20261124.0018","externalID":"REF-1","status":1}],"pageDetails":{}})"));
    const Outcome outcome = tenant.plugin.find("ref-1");
    REQUIRE(outcome.ok());
    const auto tickets = document("found-tickets", outcome.result)->getArray("tickets");
    REQUIRE(tickets->size() == 1);
    CHECK(textOf(*tickets->getObject(0), "id") == "5");
    CHECK(textOf(*tickets->getObject(0), "number") == "T20261124.0017");
    const Sent &query = tenant.host.sent.back();
    CHECK(query.body == R"({"filter":[{"items":[{"field":"externalID","op":"eq","value":"ref-1"}],"op":"and"}],)"
                        R"("includeFields":["id","ticketNumber","externalID","status"],"maxRecords":10})");
    CHECK(!query.mutates);
    CHECK(tenant.host.sent.size() == 2); // zone and query: a status without a known label is omitted
    tenant.host.cache["ticket-fields"] = fieldsBody;
    CHECK_THAT(tenant.plugin.find("ref-1").result, Catch::Contains(R"("status":"New")"));
}

TEST_CASE("every query has its members spelled as Autotask's own clients spell them")
{
    Tenant tenant;
    for (const char *entity : {"Tickets", "Companies", "Contacts", "BillingCodes"})
        tenant.host.on("POST", "/V1.0/" + std::string(entity) + "/query", ok(R"({"items":[],"pageDetails":{}})"));
    tenant.plugin.find("ref-1");
    tenant.plugin.list("companies", "nor");
    tenant.plugin.list("contacts", "ann lee", "", R"({"company":"175"})");
    tenant.plugin.list("workTypes");
    std::size_t queries = 0;
    for (const Sent &sent : tenant.host.sent)
        if (sent.method == "POST")
        {
            INFO(sent.url << " " << sent.body);
            CHECK(parseObject(sent.body)->getNames() ==
                  std::vector<std::string>{"filter", "includeFields", "maxRecords"});
            ++queries;
        }
    CHECK(queries == 4);
}

TEST_CASE("two tickets with one reference are both returned, and finding none is a result")
{
    Tenant tenant;
    tenant.host
        .on("POST", queryRoute, ok(R"({"items":[{"id":5,"externalID":"ref-1"},{"id":"6","externalID":"ref-1"}]})"))
        .on("POST", queryRoute, ok(R"({"items":[]})"));
    CHECK(document("found-tickets", tenant.plugin.find().result)->getArray("tickets")->size() == 2);
    CHECK(document("found-tickets", tenant.plugin.find().result)->getArray("tickets")->size() == 0);
}

TEST_CASE("an ambiguous response never counts as none")
{
    std::string fullPage;
    for (int i = 1; i <= 10; ++i)
        fullPage += (i == 1 ? "" : ",") + (R"({"externalID":"other","id":)" + std::to_string(i)) + "}";
    const auto body = GENERATE_COPY(
        values<std::string>({"", "{}", "{\"items\":null}", "{\"items\":[", "<html></html>", R"({"items":[{"id":5}]})",
                             R"({"items":[{"id":5,"externalID":null}]})", R"({"items":[{"externalID":"ref-1"}]})",
                             R"({"items":[null]})", "{\"items\":[" + fullPage + "]}"}));
    CAPTURE(body);
    Tenant tenant;
    tenant.host.on("POST", queryRoute, ok(body));
    const Outcome outcome = tenant.plugin.find();
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK(!outcome.hint.empty());
}

TEST_CASE("a search result truncated anywhere never counts as none")
{
    const std::string whole = R"({"items":[{"id":5,"externalID":"ref-1"}],"pageDetails":{"count":1}})";
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        CAPTURE(size);
        Tenant tenant;
        tenant.host.on("POST", queryRoute, ok(whole.substr(0, size)));
        CHECK(tenant.plugin.find().status == PSA_UNAVAILABLE);
    }
}

TEST_CASE("a search without permission says so")
{
    Tenant tenant;
    tenant.host.on(
        "POST", queryRoute,
        Answer{
            500,
            R"({"errors":["The logged in Resource does not have the adequate permissions to query this entity type."]})"});
    CHECK(tenant.plugin.find().status == PSA_PERMISSION);
}

TEST_CASE("pick-lists are listed in the tenant's order, filtered, in pages")
{
    Tenant tenant;
    CHECK(shown(tenant.plugin.list("queues")) ==
          "8 Monitoring Alert; 29683378 Service Desk; 7 Old queue (inactive); 11 Twin; 12 twin; ");
    CHECK(shown(tenant.plugin.list("queues", "DESK")) == "29683378 Service Desk; ");
    CHECK(shown(tenant.plugin.list("queues", "", "", "{}", 2)) == "8 Monitoring Alert; 29683378 Service Desk; 2");
    CHECK(shown(tenant.plugin.list("queues", "", "2", "{}", 2)) == "7 Old queue (inactive); 11 Twin; 4");
    CHECK(shown(tenant.plugin.list("queues", "", "4", "{}", 2)) == "12 twin; ");
    CHECK(shown(tenant.plugin.list("categories")) == "3 Standard; 2 Datto RMM Alert; ");
    CHECK(shown(tenant.plugin.list("statuses")) == "1 New; 5 Complete; ");
    CHECK(shown(tenant.plugin.list("priorities")) == "4 Critical; 2 Mittel; ");
    CHECK(shown(tenant.plugin.list("sources")) == "-1 Client Portal; 8 Monitoring Alert; ");
    CHECK(shown(tenant.plugin.list("ticketTypes")) == "5 Alert; ");
    CHECK(tenant.host.sent.size() == 2); // zone and fields, for all of them
}

TEST_CASE("sub-issue types are those of the chosen issue type")
{
    Tenant tenant;
    CHECK(shown(tenant.plugin.list("subIssueTypes", "", "", R"({"issueType":"10"})")) == "136 Disk; ");
    CHECK(shown(tenant.plugin.list("subIssueTypes", "", "", R"({"issueType":"network"})")) == "236 Switch; ");
    CHECK(shown(tenant.plugin.list("subIssueTypes")) == "136 Disk; 236 Switch; ");
    CHECK(shown(tenant.plugin.list("issueTypes")) == "10 Computer; 20 Network; ");
}

TEST_CASE("companies are searched by name and paged by id")
{
    Tenant tenant;
    tenant.host
        .on("POST", "/V1.0/Companies/query",
            ok(R"({"items":[{"id":0,"companyName":"Our MSP"},{"id":175,"companyName":"Northwind"}]})"))
        .on("POST", "/V1.0/Companies/query", ok(R"({"items":[{"id":180,"companyName":"Fabrikam"}]})"));
    CHECK(shown(tenant.plugin.list("companies", "i", "", "{}", 2)) == "0 Our MSP; 175 Northwind; 175");
    CHECK_THAT(tenant.host.sent.back().body,
               Catch::Contains(R"({"field":"companyName","op":"contains","value":"i"})") &&
                   Catch::Contains(R"("maxRecords":2)"));
    CHECK(shown(tenant.plugin.list("companies", "i", "175", "{}", 2)) == "180 Fabrikam; ");
    CHECK_THAT(tenant.host.sent.back().body, Catch::Contains(R"({"field":"id","op":"gt","value":175})"));
}

TEST_CASE("contacts are those of the company")
{
    Tenant tenant;
    tenant.host
        .on("POST", "/V1.0/Contacts/query",
            ok(R"({"items":[{"id":7,"firstName":"Ann","lastName":"Lee","emailAddress":"ann@example.com"}]})"))
        .on("POST", "/V1.0/Companies/query", ok(R"({"items":[]})"));
    CHECK(shown(tenant.plugin.list("contacts", "", "", R"({"company":175})")) == "7 Ann Lee <ann@example.com>; ");
    CHECK_THAT(tenant.host.sent.back().body, Catch::Contains(R"({"field":"companyID","op":"eq","value":175})"));
    CHECK(shown(tenant.plugin.list("contacts")).empty());
    CHECK(shown(tenant.plugin.list("contacts", "", "", R"({"company":"Nobody"})")).empty());
}

TEST_CASE("work types are billing codes for work")
{
    Tenant tenant;
    tenant.host.on("POST", "/V1.0/BillingCodes/query", ok(R"({"items":[{"id":55,"name":"Remote"}]})"));
    CHECK(shown(tenant.plugin.list("workTypes", "rem")) == "55 Remote; ");
    CHECK_THAT(tenant.host.sent.back().body, Catch::Contains(R"({"field":"useType","op":"eq","value":1})"));
}

TEST_CASE("every list named in the descriptor exists, and no other")
{
    Tenant tenant;
    for (const char *entity : {"Companies", "Contacts", "BillingCodes", "Resources"})
        tenant.host.on("POST", std::string("/V1.0/") + entity + "/query", ok(R"({"items":[]})"));
    const auto descriptor = document("descriptor", tenant.plugin.describe().result);
    for (const char *form : {"ticketDefaults", "ticketFields"})
        for (const auto &[name, field] : *descriptor->getObject(form)->getObject("properties"))
            if (const auto list = textOf(*field.extract<Poco::JSON::Object::Ptr>(), "choices"); !list.empty())
            {
                CAPTURE(name);
                CHECK(tenant.plugin.list(list).ok());
            }
    const Outcome outcome = tenant.plugin.list("boards");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK_THAT(outcome.message, Catch::Contains("boards"));
}

TEST_CASE("a ticket is read with its number, its status as a word, and where to open it")
{
    Tenant tenant;
    tenant.host.on("GET", "/V1.0/Tickets/29683",
                   ok(R"({"item":{"id":29683,"ticketNumber":"T20261124.0017","status":5}})"));
    const Outcome outcome = tenant.plugin.read("29683");
    REQUIRE(outcome.ok());
    const auto ticket = document("ticket-result", outcome.result)->getObject("ticket");
    CHECK(textOf(*ticket, "number") == "T20261124.0017");
    CHECK(textOf(*ticket, "status") == "Complete");
    CHECK_THAT(textOf(*ticket, "url"), Catch::Contains("TicketID=29683"));
}

TEST_CASE("a ticket is read by the number that people copy out of Autotask, as well as by its id")
{
    Tenant tenant;
    tenant.host.on("POST", "/V1.0/Tickets/query",
                   ok(R"({"items":[{"id":29683,"ticketNumber":"T20261124.0017","status":5}]})"));
    const Outcome outcome = tenant.plugin.read("t20261124.0017");
    REQUIRE(outcome.ok());
    const auto ticket = document("ticket-result", outcome.result)->getObject("ticket");
    CHECK(textOf(*ticket, "id") == "29683");
    CHECK(textOf(*ticket, "number") == "T20261124.0017");
    CHECK_THAT(tenant.host.sent.at(1).body, Catch::Contains("ticketNumber") && Catch::Contains("t20261124.0017"));
    // A search that ignores its condition returns other tickets: none of them is the right one.
    const Outcome other = tenant.plugin.read("T20261124.0018");
    CHECK(other.status == PSA_NOT_FOUND);
    CHECK_THAT(other.message, Catch::Contains("no ticket with the number T20261124.0018"));
}

TEST_CASE("a missing ticket is not found")
{
    Tenant tenant;
    tenant.host.on("GET", "/V1.0/Tickets/1", ok(R"({"item":null})"));
    const Outcome outcome = tenant.plugin.read("1");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK_THAT(outcome.message, Catch::Contains("no ticket with the id 1"));
    CHECK(tenant.plugin.read("../Companies/0").status == PSA_NOT_FOUND);
    CHECK(tenant.host.sent.size() == 2);
    tenant.host.on("GET", "/V1.0/Tickets/2", ok("{}"));
    CHECK(tenant.plugin.read("2").status == PSA_UNAVAILABLE);
}
