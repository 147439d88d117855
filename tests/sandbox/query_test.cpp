#include "tests/sandbox/client.h"

#include <Poco/URI.h>
#include <catch2/catch.hpp>

using namespace psa::sandbox;
using Catch::Contains;

namespace {

const std::string query = base + "Tickets/query";

/// Three tickets r-0, r-1, r-2 with priorities 4, 1, 2; the third has a description and a user-defined field.
struct ThreeTickets : Running
{
    ThreeTickets()
    {
        client.create(R"({"externalID": "r-0", "priority": 4})");
        client.create(R"({"externalID": "r-1", "priority": 1, "title": "Printer"})");
        client.create(R"({"externalID": "r-2", "description": "d", "dueDateTime": "2030-01-01T00:00:00Z",
                          "userDefinedFields": [{"name": "AlertSource", "value": "rmm"}]})");
    }
};

std::string anyId()
{
    return R"({"op":"gte","field":"id","value":0})";
}

} // namespace

TEST_CASE("Each operator finds what it should")
{
    struct Case
    {
        const char *filter;
        int count;
    };
    const auto it = GENERATE(values<Case>({
        {R"({"op":"eq","field":"externalID","value":"r-1"})", 1},
        {R"({"op":"eq","field":"EXTERNALid","value":"R-1"})", 1},
        {R"({"op":"noteq","field":"priority","value":1})", 2},
        {R"({"op":"gt","field":"priority","value":2})", 1},
        {R"({"op":"gte","field":"priority","value":2})", 2},
        {R"({"op":"lt","field":"priority","value":2})", 1},
        {R"({"op":"lte","field":"priority","value":"2"})", 2},
        {R"({"op":"beginsWith","field":"title","value":"Disk"})", 2},
        {R"({"op":"endsWith","field":"title","value":"full"})", 2},
        {R"({"op":"contains","field":"title","value":"rint"})", 1},
        {R"({"op":"exist","field":"description"})", 1},
        {R"({"op":"notExist","field":"description"})", 2},
        {R"({"op":"in","field":"priority","value":[1,4]})", 2},
        {R"({"op":"notIn","field":"priority","value":[1,4]})", 1},
        {R"({"op":"gt","field":"dueDateTime","value":"2029-12-31T23:00:00"})", 1},
        {R"({"op":"eq","field":"AlertSource","value":"rmm","udf":true})", 1},
        // Outside joined by "and", inside by the given operator.
        {R"({"op":"eq","field":"priority","value":1},{"op":"eq","field":"priority","value":4})", 0},
        {R"({"op":"or","items":[{"op":"eq","field":"priority","value":1},{"op":"eq","field":"priority","value":4}]})",
         2},
        {R"({"op":"and","items":[{"op":"eq","field":"priority","value":1},{"op":"exist","field":"id"}]})", 1},
        // Null equals nothing, and a string equals no id.
        {R"({"op":"eq","field":"description","value":null})", 0},
        {R"({"op":"eq","field":"id","value":"29700001"})", 0},
        {R"({"op":"eq","field":"id","value":29700001})", 1},
        // Unknown operators are ignored, with their condition.
        {R"({"op":"ne","field":"priority","value":1},{"op":"exist","field":"id"})", 3},
        {R"({"op":"noteExist","field":"description"})", 3},
        {R"({"op":"EQ","field":"priority","value":1})", 3},
    }));
    INFO(it.filter);
    const ThreeTickets run;
    CHECK(run.client.count(it.filter) == it.count);
}

TEST_CASE("The outermost list can be joined by or, and case can matter")
{
    ThreeTickets run;
    run.sandbox.setSwitch("query.topLevel", "or");
    CHECK(run.client.count(R"({"op":"eq","field":"priority","value":1},{"op":"eq","field":"priority","value":4})") ==
          2);
    run.sandbox.setSwitch("query.textCase", "sensitive");
    CHECK(run.client.count(R"({"op":"eq","field":"externalID","value":"R-1"})") == 0);
}

TEST_CASE("A query that the service cannot do is a 500 with its text")
{
    const ThreeTickets run;
    std::string many = R"({"filter":[{"op":"in","field":"id","value":[0)";
    for (int i = 0; i < 500; ++i)
        many += ",1";
    const std::pair<std::string, std::string> bad[] = {
        {R"({"filter":[{"op":"eq","field":"nothing","value":1}]})", "Unable to find nothing in the Ticket Entity"},
        {R"({"filter":[{"op":"eq","field":"creatorType","value":1}]})",
         "Unable to find creatorType in the Ticket Entity"},
        {"{\"filter\":[" + anyId() + "],\"includeFields\":[\"nope\"]}", "Unable to find nope in the Ticket Entity"},
        {"{\"filter\":[" + anyId() + "],\"maxRecords\":0}", "maxCountOfRecordsToReturn must be between 1 and 500"},
        {"{\"filter\":[" + anyId() + "],\"maxRecords\":501}", "maxCountOfRecordsToReturn must be between 1 and 500"},
        {many + "]}]}", "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions."},
        {R"({"filter":[]})", "Invalid query syntax. The query has no filter."},
        {R"({"filter":[{"op":"eq","field":"Site","value":"1","udf":true},{"op":"eq","field":"Device Id","value":"1","udf":true}]})",
         "Invalid query syntax. Queries are limited to 1 user defined field."},
    };
    for (const auto &[body, error] : bad)
    {
        INFO(body);
        const Reply reply = run.client.post(query, body);
        CHECK(reply.status == 500);
        CHECK(reply.error() == error);
    }
    const Reply reply =
        run.client.post(base + "Contacts/query", R"({"filter":[{"op":"eq","field":"isActive","value":true}]})");
    CHECK(reply.error() == "Unexpected character encountered while parsing value: t.");
}

TEST_CASE("includeFields limits the members; a query works by GET too, and its members may be in any case")
{
    const ThreeTickets run;
    const std::string body =
        R"({"maxRecords":2,"includeFields":["id","ticketNumber","externalID"],"filter":[{"op":"eq","field":"externalID","value":"r-2"}]})";
    const std::string capitals =
        R"({"MaxRecords":2,"IncludeFields":["id","ticketNumber","externalID"],"Filter":[{"Op":"eq","Field":"externalID","Value":"r-2"}]})";
    for (const Reply &reply : {run.client.post(query, body), run.client.get(query + "?search=" + encoded(body)),
                               run.client.post(query, capitals)})
    {
        REQUIRE(reply.items()->size() == 1);
        CHECK(reply.items()->getObject(0)->size() == 4); // With an empty userDefinedFields.
        CHECK(reply.json()->getObject("pageDetails")->getValue<int>("count") == 1);
        CHECK(reply.json()->getObject("pageDetails")->getValue<int>("requestCount") == 2);
        CHECK(reply.json()->getObject("pageDetails")->isNull("nextPageUrl"));
    }
}

TEST_CASE("The next page of a POST query wants a POST with the same body")
{
    const ThreeTickets run;
    const std::string body = "{\"maxRecords\":2,\"filter\":[" + anyId() + "]}";
    const Reply first = run.client.post(query, body);
    REQUIRE(first.items()->size() == 2);
    const Poco::URI next(first.json()->getObject("pageDetails")->getValue<std::string>("nextPageUrl"));
    CHECK(next.getHost() == "webservices5.autotask.net");
    const Reply second = run.client.post(next.getPathAndQuery(), body);
    REQUIRE(second.items()->size() == 1);
    CHECK(second.items()->getObject(0)->getValue<std::string>("externalID") == "r-2");
    const Object::Ptr details = second.json()->getObject("pageDetails");
    CHECK(details->isNull("nextPageUrl"));
    const Poco::URI previous(details->getValue<std::string>("prevPageUrl"));
    CHECK(run.client.post(previous.getPathAndQuery(), body).items()->size() == 2);
    CHECK(run.client.post(next.getPathAndQuery(), "").status == 500);
    const Reply wrong = run.client.get(next.getPathAndQuery());
    CHECK(wrong.status == 405);
    CHECK(wrong.json()->getValue<std::string>("Message") ==
          "The requested resource does not support http method 'GET'.");
}

TEST_CASE("The next page of a GET query works with GET")
{
    const ThreeTickets run;
    const Reply first = run.client.get(query + "?search=" + encoded("{\"maxRecords\":2,\"filter\":[" + anyId() + "]}"));
    const Poco::URI next(first.json()->getObject("pageDetails")->getValue<std::string>("nextPageUrl"));
    CHECK(run.client.get(next.getPathAndQuery()).items()->size() == 1);
}

TEST_CASE("Companies, contacts, resources, roles, categories and billing codes are read like tickets")
{
    const Running run;
    const std::pair<const char *, std::size_t> expected[] = {{"Companies", 6},
                                                             {"Contacts", 3},
                                                             {"Resources", 5},
                                                             {"Roles", 2},
                                                             {"ResourceServiceDeskRoles", 4},
                                                             {"ResourceRoleQueues", 2},
                                                             {"ConfigurationItems", 3},
                                                             {"BillingCodes", 3},
                                                             {"TicketCategories", 4},
                                                             {"TicketCategoryFieldDefaults", 2}};
    for (const auto &[entity, count] : expected)
    {
        INFO(entity);
        CHECK(run.client.post(base + entity + "/query", "{\"filter\":[" + anyId() + "]}").items()->size() == count);
    }
    CHECK(run.client.get(base + "Companies/0").item()->getValue<std::string>("companyName") == "The MSP itself");
    const Reply twice = run.client.post(base + "Companies/query",
                                        R"({"filter":[{"op":"eq","field":"companyName","value":"globex"},
                                                      {"op":"eq","field":"isActive","value":true}]})");
    CHECK(twice.items()->size() == 2);
}

TEST_CASE("Fields are described with pick-lists whose ids are texts")
{
    Running run;
    const Reply reply = run.client.get(base + "Tickets/entityInformation/fields");
    const Array::Ptr fields = reply.json()->getArray("fields");
    CHECK(fields->size() == 75); // The 76th is userDefinedFields.
    Object::Ptr priority;
    for (unsigned i = 0; i < fields->size(); ++i)
        if (fields->getObject(i)->getValue<std::string>("name") == "priority")
            priority = fields->getObject(i);
    REQUIRE(priority);
    CHECK(priority->getValue<bool>("isRequired"));
    const Array::Ptr values = priority->getArray("picklistValues");
    for (unsigned i = 0; i < values->size(); ++i)
    {
        CHECK(values->getObject(i)->get("value").isString());
        CHECK(values->getObject(i)->getValue<std::string>("value") != "3"); // This tenant has none.
    }
    CHECK_THAT(reply.body, Contains("\"picklistParentValueField\":\"issueType\""));
    CHECK_THAT(reply.body, Contains("\"picklistValues\":null"));
    run.sandbox.setSwitch("metadata.parentField", "IssueType");
    CHECK_THAT(run.client.get(base + "Tickets/entityInformation/fields").body, Contains("\"IssueType\""));
}

TEST_CASE("The entity is described; how depends on switches")
{
    Running run;
    const auto info = [&] { return run.client.get(base + "Tickets/entityInformation").json()->getObject("info"); };
    CHECK(info()->getValue<std::string>("name") == "Ticket");
    CHECK(info()->get("userAccessForCreate").toString() == "All");
    CHECK_FALSE(info()->getValue<bool>("canDelete"));
    run.sandbox.setSwitch("metadata.name", "collection");
    run.sandbox.setSwitch("access.type", "number");
    CHECK(info()->getValue<std::string>("name") == "Tickets");
    CHECK(info()->get("userAccessForCreate").isInteger());
}

TEST_CASE("User-defined fields are described, lists with their values")
{
    const Running run;
    const Array::Ptr fields =
        run.client.get(base + "Tickets/entityInformation/userDefinedFields").json()->getArray("fields");
    REQUIRE(fields->size() == 5);
    CHECK(fields->getObject(1)->getArray("picklistValues")->size() == 2);
    CHECK(run.client.get(base + "Companies/entityInformation/userDefinedFields").json()->getArray("fields")->size() ==
          0);
}
