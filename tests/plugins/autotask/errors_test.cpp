// createTicket that fails: the status that decides about a retry, and the message for the operator.
#include "tenant.h"

#include "tests/plugins/common/error_case.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;

namespace {

std::string errors(const std::string &text)
{
    return R"({"errors":[")" + text + R"("]})";
}

const std::string refused = "Autotask does not accept the ticket: ";
const std::string unknown = "It is not known whether Autotask created the ticket: ";
const std::string lookedUp = "looked up by its reference before anything is sent again";

std::vector<ErrorCase> refusals()
{
    return {
        {"due date",
         {500, errors("dueDateTime is required.; on record number [0].")},
         PSA_INVALID_TICKET,
         refused + "dueDateTime is required.",
         "\"Due in hours\" in the ticket defaults",
         "dueAt"},
        {"required",
         {500, errors("Missing Required Field: companyID. ; on record number [1]")},
         PSA_INVALID_TICKET,
         refused + "Missing Required Field: companyID.",
         "must exist and be active",
         "company"},
        {"title",
         {500, errors("Attribute 'title' is required. ; on record number [1].")},
         PSA_INVALID_TICKET,
         refused + "Attribute 'title' is required.",
         "Correct the text",
         "title"},
        {"queue",
         {500, errors("queueID is required")},
         PSA_INVALID_TICKET,
         refused + "queueID is required.",
         "\"Queue ID\" in the ticket or in the ticket defaults",
         "queue"},
        {"pick-list",
         {500, errors("Picklist value [3] does not exist for priority")},
         PSA_INVALID_TICKET,
         refused + "Picklist value [3] does not exist for priority.",
         "Correct \"Priority\"",
         "priority"},
        {"reference",
         {500, errors("Reference value on field: contactID of type: Contact does not exist or is invalid.")},
         PSA_INVALID_TICKET,
         refused + "Reference value on field: contactID of type: Contact does not exist or is invalid.",
         "Correct the contact",
         "contact"},
        {"older reference",
         {500, errors("contactID: Value 12345 does not exist or is invalid")},
         PSA_INVALID_TICKET,
         refused + "contactID: Value 12345 does not exist or is invalid.",
         "Correct the contact",
         "contact"},
        {"several, with line breaks",
         {500, R"({"errors":["queueID is required\r\n","Attribute 'title'\r\nis required."]})"},
         PSA_INVALID_TICKET,
         refused + "queueID is required. Attribute 'title' is required.",
         "Queue ID",
         "queue"},
        {"no field of ours",
         {500, errors("The companyLocationID[285] cannot be associated with the Ticket.")},
         PSA_INVALID_TICKET,
         refused + "The companyLocationID[285] cannot be associated with the Ticket.",
         "retry it"},
        {"errors with 200",
         {200, errors("queueID is required")},
         PSA_INVALID_TICKET,
         refused + "queueID is required.",
         "Queue ID",
         "queue"},
        {"errors with 400",
         {400, errors("queueID is required")},
         PSA_INVALID_TICKET,
         refused + "queueID is required.",
         "Queue ID",
         "queue"},
        {"400 without reason", {400, ""}, PSA_INVALID_TICKET, refused + "HTTP 400 without a reason.", "retry it"},
        {"405",
         {405, R"({"Message":"The requested resource does not support http method 'POST'."})"},
         PSA_INVALID_TICKET,
         refused + "The requested resource does not support http method 'POST'.",
         "retry it"},
        {"permission",
         {500, errors("The logged in Resource does not have the adequate permissions to create this entity type.")},
         PSA_PERMISSION,
         "lacks permission for this: The logged in Resource",
         "API User (system) security level"},
        {"403", {403, ""}, PSA_PERMISSION, "lacks permission for this (403 Forbidden).", "not a regular staff role"},
        {"401", {401, ""}, PSA_AUTH, "does not accept the credentials (401 Unauthorized)", "click Test"},
        {"integration code",
         {500, errors("IntegrationCode is invalid")},
         PSA_AUTH,
         "Autotask does not accept the Integration Code: IntegrationCode is invalid.",
         "API Tracking Identifier",
         "integrationCode"},
        {"locked",
         {500, errors("The user account has been locked.")},
         PSA_AUTH,
         "Autotask has locked the API user: The user account has been locked.",
         "Unlock it",
         "userName"},
        {"404",
         {404, "<html>404 - File or directory not found.</html>"},
         PSA_INVALID_CONFIG,
         "There is no Autotask API at webservices5.autotask.net (404 Not Found).",
         "Correct the Zone URL",
         "zoneUrl"},
        {"429",
         {429, errors("The Autotask API thread threshold of 3 threads has been exceeded. Method: create"),
          PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, 60000},
         PSA_RATE_LIMITED,
         "does not take more requests at the moment: The Autotask API thread threshold of 3 threads",
         "retried later"},
        {"429 without words", {429, ""}, PSA_RATE_LIMITED, "does not take more requests at the moment.", "share"},
        {"thread threshold with 500",
         {500, errors("The Autotask API Thread Threshold of 3 threads has been exceeded. Method: create")},
         PSA_RATE_LIMITED,
         "Thread Threshold of 3 threads",
         "retried later"},
        {"thread threshold with 200",
         {200, errors("The Autotask API thread threshold of 3 threads has been exceeded.")},
         PSA_RATE_LIMITED,
         "thread threshold of 3 threads",
         "retried later"},
    };
}

std::vector<ErrorCase> unknowns()
{
    return {
        {"empty 500", {500, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 500 without a reason.", lookedUp},
        {"HTML 503",
         {503, "<html>Service Unavailable</html>"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 503 without a reason.",
         lookedUp},
        {"JSON 500 without errors",
         {500, R"({"Message":"An error has occurred."})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 500 without a reason.",
         lookedUp},
        {"500 with no text in errors",
         {500, R"({"errors":[]})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 500 without a reason.",
         lookedUp},
        {"truncated 500",
         {500, R"({"errors":["queueID is req)"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 500 without a reason.",
         lookedUp},
        {"504", {504, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 504 without a reason.", lookedUp},
        {"408", {408, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 408 without a reason.", lookedUp},
        {"302", {302, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 302 without a reason.", lookedUp},
        {"truncated 200",
         {200, R"({"itemId":296)"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "its response cannot be read.",
         lookedUp},
        {"HTML 200",
         {200, "<html>Welcome</html>"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "its response cannot be read.",
         lookedUp},
        {"empty 200", {200, ""}, PSA_OUTCOME_UNKNOWN, unknown + "its response cannot be read.", lookedUp},
        {"200 without id", {200, "{}"}, PSA_OUTCOME_UNKNOWN, unknown + "the response has no ticket id.", lookedUp},
        {"200 with null",
         {200, R"({"itemId":null})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "the response has no ticket id.",
         lookedUp},
        {"200 with 0",
         {200, R"({"itemId":0})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "the response has no ticket id.",
         lookedUp},
        {"no answer in time", noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_OUTCOME_UNKNOWN,
         unknown + "the connection ended without a response.", lookedUp},
        {"connection closed", noAnswer(PSA_HTTP_REASON_CLOSED), PSA_OUTCOME_UNKNOWN,
         unknown + "the connection ended without a response.", lookedUp},
        {"cancelled under way", noAnswer(PSA_HTTP_REASON_CANCELLED), PSA_OUTCOME_UNKNOWN,
         unknown + "the connection ended without a response.", lookedUp},
    };
}

void check(const ErrorCase &wanted)
{
    FakeHost host;
    scriptTenant(host);
    host.on("POST", "/V1.0/Tickets", wanted.answer);
    AutotaskUnderTest plugin(host);
    plugin.configured();
    checkError(wanted, plugin.create(ticket()), host, "POST Tickets at webservices5.autotask.net",
               "AUTOTASK_SHOW_ERRORS");
}

constexpr const char *movedZone = R"({"url":"https://webservices9.autotask.net/ATServicesRest/"})";

/// A tenant that is in zone 3 according to the cache, where it answers with `answer`.
void scriptMoved(FakeHost &host, const std::string &lookUp)
{
    host.cache["zone"] = R"({"url":"https://webservices3.autotask.net/ATServicesRest/"})";
    host.cache["ticket-fields"] = fieldsBody;
    host.on("POST", "webservices3.autotask.net/ATServicesRest/V1.0/Tickets", Answer{401, ""})
        .on("POST", "webservices9.autotask.net/ATServicesRest/V1.0/Tickets", ok(R"({"itemId":29683})"))
        .on("GET", "ZoneInformation?user=psa%2Bhost%40APIUSER.com", ok(lookUp));
}

} // namespace

TEST_CASE("Autotask's rejections name the field and the next step, and nothing is repeated")
{
    for (const ErrorCase &wanted : refusals())
        check(wanted);
}

TEST_CASE("every response that leaves the result open is an unknown outcome")
{
    for (const ErrorCase &wanted : unknowns())
        check(wanted);
}

TEST_CASE("a response truncated anywhere is an unknown outcome, and so is an impossible id")
{
    std::vector<std::string> bodies{R"({"itemId":99999999999999999999})",
                                    R"({"itemId":-5})",
                                    R"({"itemId":29683.5})",
                                    R"({"itemId":"29683x"})",
                                    R"({"itemId":[29683]})",
                                    R"([{"itemId":29683}])"};
    const std::vector<std::string> beginnings = beginningsOf(R"({"itemId":29683})");
    bodies.insert(bodies.end(), beginnings.begin(), beginnings.end());
    for (const std::string &body : bodies)
    {
        CAPTURE(body);
        FakeHost host;
        scriptTenant(host);
        host.on("POST", "/V1.0/Tickets", ok(body));
        AutotaskUnderTest plugin(host);
        plugin.configured();
        CHECK(plugin.create(ticket()).status == PSA_OUTCOME_UNKNOWN);
    }
}

TEST_CASE("a create that was not sent is safe to send again")
{
    for (const ErrorCase &wanted : notSentCases("webservices5.autotask.net", "Zone URL"))
        check(wanted);
}

TEST_CASE("a read that fails before the create leaves nothing in doubt")
{
    struct Row
    {
        Answer answer;
        psa_status status;
    };
    const auto wanted = GENERATE(values<Row>({
        {{503, "<html></html>"}, PSA_UNAVAILABLE},
        {{200, "{\"fields\":"}, PSA_UNAVAILABLE},
        {{200, "{}"}, PSA_UNAVAILABLE},
        {noAnswer(PSA_HTTP_REASON_CLOSED), PSA_UNAVAILABLE},
        {noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_TIMEOUT},
        {noAnswer(PSA_HTTP_REASON_CANCELLED), PSA_CANCELLED},
        {{429, ""}, PSA_RATE_LIMITED},
        {{401, ""}, PSA_AUTH},
        {{500, R"({"errors":["Unable to find x in the Ticket Entity"]})"}, PSA_INTERNAL},
    }));
    FakeHost host;
    host.on("GET", "/V1.0/Tickets/entityInformation/fields", wanted.answer);
    scriptTenant(host);
    AutotaskUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    CHECK(outcome.status == wanted.status);
    CHECK(!outcome.hint.empty());
    CHECK(mutating(host) == 0);
}

TEST_CASE("after a rejected ticket the next one reads the tenant again")
{
    FakeHost host;
    scriptTenant(host);
    host.on("POST", "/V1.0/Tickets", Answer{500, errors("Picklist value [8] does not exist for queueID")});
    AutotaskUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).status == PSA_INVALID_TICKET);
    // The first ticket had just read what it used, so that is as new as possible.
    CHECK(host.cache.contains("ticket-fields"));
    CHECK(plugin.create(ticket()).status == PSA_INVALID_TICKET);
    CHECK(!host.cache.contains("ticket-fields"));
    CHECK(host.cache.contains("zone"));
    host.cache["company:northwind"] = "175";
    CHECK(plugin.create(ticket(R"("company":"Northwind")")).status == PSA_INVALID_TICKET);
    CHECK(!host.cache.contains("company:northwind"));
}

TEST_CASE(
    "a create in a zone that the tenant has left is not sent twice in one call, and the next call uses the new zone")
{
    FakeHost host;
    scriptMoved(host, movedZone);
    AutotaskUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK_THAT(outcome.message, Catch::Contains("moved") && Catch::Contains("webservices9.autotask.net"));
    CHECK(host.sent.size() == 2);
    CHECK(mutating(host) == 1);
    CHECK_THAT(host.cache["zone"], Catch::Contains("webservices9"));
    CHECK_THAT(host.log.back(), Catch::Contains("moved from") && Catch::Contains("webservices9"));
    REQUIRE(plugin.create(ticket()).ok());
    CHECK_THAT(host.sent.back().url, Catch::Contains("webservices9"));
    CHECK(mutating(host) == 2);
}

TEST_CASE("a cached zone that responds with nothing or has no route is looked up for the next call")
{
    const auto answer = GENERATE(values<Answer>({{200, ""}, {404, "<html></html>"}}));
    FakeHost host;
    host.on("POST", "webservices3.autotask.net/ATServicesRest/V1.0/Tickets", answer);
    scriptMoved(host, movedZone);
    AutotaskUnderTest plugin(host);
    plugin.configured();
    CHECK(!plugin.create(ticket()).ok());
    CHECK(mutating(host) == 1);
    CHECK(!host.cache.contains("zone"));
    CHECK(plugin.create(ticket()).ok());
    CHECK_THAT(host.sent.back().url, Catch::Contains("webservices9"));
}

TEST_CASE("a 401 is not repeated where the zone is the same, cannot be looked up, or was given by the operator")
{
    SECTION("the same zone")
    {
        FakeHost host;
        scriptMoved(host, R"({"url":"https://webservices3.autotask.net/ATServicesRest/"})");
        AutotaskUnderTest plugin(host);
        plugin.configured();
        CHECK(plugin.create(ticket()).status == PSA_AUTH);
        CHECK(mutating(host) == 1);
    }
    SECTION("no look-up")
    {
        FakeHost host;
        scriptMoved(host, "<html></html>");
        AutotaskUnderTest plugin(host);
        plugin.configured();
        const Outcome outcome = plugin.create(ticket());
        CHECK(outcome.status == PSA_AUTH);
        CHECK_THAT(outcome.hint, Catch::Contains("webservices3.autotask.net"));
        CHECK(mutating(host) == 1);
    }
    SECTION("a configured zone")
    {
        FakeHost host;
        scriptMoved(host, movedZone);
        AutotaskUnderTest plugin(host);
        plugin.configured("https://webservices3.autotask.net/ATServicesRest/");
        CHECK(plugin.create(ticket()).status == PSA_AUTH);
        CHECK(host.sent.size() == 1);
    }
    SECTION("a call that was stopped meanwhile")
    {
        FakeHost host;
        scriptMoved(host, movedZone);
        host.stopAfterRequests = 1;
        AutotaskUnderTest plugin(host);
        plugin.configured();
        CHECK(plugin.create(ticket()).status == PSA_AUTH);
        CHECK(host.sent.size() == 1);
    }
    SECTION("a 401 in the new zone too")
    {
        FakeHost host;
        host.on("POST", "webservices9.autotask.net/ATServicesRest/V1.0/Tickets", Answer{401, ""});
        scriptMoved(host, movedZone);
        AutotaskUnderTest plugin(host);
        plugin.configured();
        CHECK(plugin.create(ticket()).status == PSA_UNAVAILABLE);
        CHECK(plugin.create(ticket()).status == PSA_AUTH);
        CHECK(mutating(host) == 2);
    }
}

TEST_CASE("a call stopped before the create sends no create")
{
    FakeHost host;
    scriptTenant(host);
    host.stopAfterRequests = 2; // zone and fields
    AutotaskUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).status == PSA_CANCELLED);
    CHECK(mutating(host) == 0);
}
