// createTicket that fails: the status that decides about a retry, and the message for the operator.
#include "tenant.h"

#include "tests/plugins/common/error_case.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;

namespace {

const std::string refused = "HaloPSA does not accept the ticket: ";
const std::string unknown = "It is not known whether HaloPSA created the ticket: ";
const std::string lookedUp = "looked up by its reference before anything is sent again";

std::vector<ErrorCase> forms()
{
    const std::string said = refused + "Please enter a Category.";
    const std::string hint = "Correct \"Category 1\"";
    return {
        {"result code",
         {400, R"({"resultCode":"E12","errorMessage":"Please enter a Category"})"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category",
         "E12"},
        {"exception",
         {400, R"({"ClassName":"System.Exception","Message":"Please enter a Category","StackTraceString":null})"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category",
         "System.Exception"},
        {"Message", {400, R"({"Message":"Please enter a Category."})"}, PSA_INVALID_TICKET, said, hint, "category"},
        {"error", {400, R"({"error":"Please enter a Category"})"}, PSA_INVALID_TICKET, said, hint, "category"},
        {"OAuth",
         {400, R"({"error":"validation_error","error_description":"Please enter a Category"})"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category",
         "validation_error"},
        {"errors of texts",
         {400, R"({"errors":["Please enter a Category"]})"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category"},
        {"errors of objects",
         {400, R"({"errors":[{"message":"Please enter a Category"},null,{}]})"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category"},
        {"errors by field",
         {400, R"({"errors":{"category_1":["Please enter a Category"]}})"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category"},
        {"problem details",
         {400,
          R"({"title":"One or more validation errors occurred.","status":400,"errors":{"x":["Please enter a Category"]}})"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category"},
        {"message", {400, R"({"message":"Please enter a Category"})"}, PSA_INVALID_TICKET, said, hint, "category"},
        {"detail", {400, R"({"detail":"Please enter a Category"})"}, PSA_INVALID_TICKET, said, hint, "category"},
        {"array of objects",
         {400, R"([{"Message":"Please enter a Category"}])"},
         PSA_INVALID_TICKET,
         said,
         hint,
         "category"},
        {"array of texts", {400, R"(["Please enter a Category"])"}, PSA_INVALID_TICKET, said, hint, "category"},
        {"text in JSON", {400, R"("Please enter a Category")"}, PSA_INVALID_TICKET, said, hint, "category"},
        {"plain text", {400, "Please enter a Category"}, PSA_INVALID_TICKET, said, hint, "category"},
        {"several",
         {400, R"({"errors":["Please enter a Category","Details is required"]})"},
         PSA_INVALID_TICKET,
         refused + "Please enter a Category. Details is required.",
         hint,
         "category"},
    };
}

std::vector<ErrorCase> refusals()
{
    return {
        {"no words", {400, ""}, PSA_INVALID_TICKET, refused + "HTTP 400 without a reason.", "retry it"},
        {"not an array",
         {400, R"({"Message":"Cannot deserialize the current JSON object into type List"})"},
         PSA_INVALID_TICKET,
         refused + "Cannot deserialize",
         "retry it"},
        {"details",
         {400, R"({"Message":"Details was required"})"},
         PSA_INVALID_TICKET,
         refused + "Details was required.",
         "Correct the text",
         "description"},
        {"client",
         {400, R"({"Message":"The Client is inactive"})"},
         PSA_INVALID_TICKET,
         refused + "The Client is inactive.",
         "must exist in HaloPSA",
         "company"},
        {"type",
         {400, R"({"Message":"Invalid ticket type"})"},
         PSA_INVALID_TICKET,
         refused + "Invalid ticket type.",
         "Correct \"Ticket type\"",
         "ticketType"},
        {"number",
         {400, R"({"Message":"Error converting value for path '[0].status_id'"})"},
         PSA_INVALID_TICKET,
         refused + "Error converting",
         "Correct \"Status\"",
         "status"},
        {"409", {409, R"({"Message":"Busy"})"}, PSA_CONFLICT, refused + "Busy.", "retry it"},
        {"404", {404, ""}, PSA_INVALID_TICKET, refused + "HTTP 404 without a reason.", "retry it"},
        {"404 as a page",
         {404, "<html>Not found</html>"},
         PSA_INVALID_CONFIG,
         "There is no HaloPSA at acme.halopsa.com (its API answers with a web page, HTTP 404).",
         "Correct the Tenant URL",
         "tenantUrl"},
        {"403",
         {403, R"({"Message":"You are not allowed to do this"})"},
         PSA_PERMISSION,
         "The application or its agent may not do this in HaloPSA (403): You are not allowed to do this.",
         "read:tickets, edit:tickets"},
        {"429",
         {429, "", PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, 90000},
         PSA_RATE_LIMITED,
         "does not take more requests at the moment.",
         "retried later"},
        {"500 that names a missing value",
         {500, R"({"ClassName":"System.Exception","Message":"Category is required"})"},
         PSA_INVALID_TICKET,
         refused + "Category is required.",
         "Correct \"Category 1\"",
         "category",
         "System.Exception"},
        {"several missing values are not told as one wrong text",
         {400, R"({"Message":"Please complete the following required fields: Details, Category"})"},
         PSA_INVALID_TICKET,
         refused + "Please complete the following required fields: Details, Category.",
         "Enter every field that the message names",
         "description"},
    };
}

std::vector<ErrorCase> unknowns()
{
    return {
        {"500 in plain text",
         {500, "Object reference not set to an instance of an object."},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 500, which says: Object reference not set to an instance of an object.",
         lookedUp},
        {"500 in JSON",
         {500, R"({"ClassName":"System.Data.SqlClient.SqlException","Message":"Timeout expired"})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 500, which says: Timeout expired.",
         lookedUp},
        {"a page with 500 that says required",
         {500, "<html>A value is required</html>"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 500 without a reason.",
         lookedUp},
        {"empty 500", {500, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 500 without a reason.", lookedUp},
        {"502",
         {502, "<html>Bad Gateway</html>"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 502 without a reason.",
         lookedUp},
        {"408", {408, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 408 without a reason.", lookedUp},
        {"302", {302, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 302 without a reason.", lookedUp},
        {"a page with 200",
         {200, "<html>Welcome</html>"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "its API answers with a web page.",
         lookedUp},
        {"empty 201", {201, ""}, PSA_OUTCOME_UNKNOWN, unknown + "its response cannot be read.", lookedUp},
        {"201 with []", {201, "[]"}, PSA_OUTCOME_UNKNOWN, unknown + "its response cannot be read.", lookedUp},
        {"201 without id", {201, "{}"}, PSA_OUTCOME_UNKNOWN, unknown + "the response has no ticket id.", lookedUp},
        {"201 with id 0",
         {201, R"([{"id":0}])"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "the response has no ticket id.",
         lookedUp},
        {"200 with errors",
         {200, R"({"errors":["Please enter a Category"]})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "the response has no id and says: Please enter a Category.",
         lookedUp},
        {"no answer", noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_OUTCOME_UNKNOWN,
         unknown + "the connection ended without a response.", lookedUp},
    };
}

/// The outcome of a create that the tenant answers with this.
Outcome created(FakeHost &host, const Answer &answer)
{
    host.on("POST", ticketsRoute, answer);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    return plugin.create(ticket());
}

void check(const ErrorCase &wanted)
{
    FakeHost host;
    const Outcome outcome = created(host, wanted.answer);
    checkError(wanted, outcome, host, "POST /api/Tickets at acme.halopsa.com", "HALOPSA_SHOW_ERRORS");
}

} // namespace

TEST_CASE("HaloPSA's own words are shown, whichever of its forms they come in")
{
    for (const ErrorCase &wanted : forms())
        check(wanted);
}

TEST_CASE("a refused ticket of HaloPSA names its field and what to do")
{
    for (const ErrorCase &wanted : refusals())
        check(wanted);
}

TEST_CASE("an answer of HaloPSA that does not say whether the ticket was created is never taken for a refusal")
{
    for (const ErrorCase &wanted : unknowns())
        check(wanted);
}

TEST_CASE("a response of HaloPSA truncated anywhere is an unknown outcome, and so is an impossible id")
{
    std::vector<std::string> bodies{R"({"id":99999999999999999999})",
                                    R"({"id":-5})",
                                    R"({"id":29683.5})",
                                    R"({"id":"29683x"})",
                                    R"({"id":[29683]})",
                                    R"([[{"id":29683}]])"};
    for (const char *whole : {R"({"id":29683,"summary":"Disk full"})", R"([{"id":29683}])"})
        for (const std::string &beginning : beginningsOf(whole))
            bodies.push_back(beginning);
    for (const std::string &body : bodies)
    {
        CAPTURE(body);
        FakeHost host;
        CHECK(created(host, Answer{201, body}).status == PSA_OUTCOME_UNKNOWN);
    }
}

TEST_CASE("a ticket that was not sent to HaloPSA is safe to send again")
{
    for (const ErrorCase &wanted : notSentCases("acme.halopsa.com", "allowed_hosts"))
        check(wanted);
}

TEST_CASE("a refused value of a list comes with the values that HaloPSA has")
{
    FakeHost host;
    host.on("POST", ticketsRoute, Answer{400, R"({"Message":"The status is not allowed"})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket(R"("status":5,"fields":{"ticketType":1})"));
    CHECK_THAT(outcome.hint, Contains("Valid values: New (1), In Progress (2), Closed (9)."));
}

TEST_CASE("after a refusal the cached values are read again")
{
    FakeHost host;
    host.on("POST", ticketsRoute, Answer{400, ""});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const std::string byName = R"({"version":1,"title":"x","company":"Acme Dental","fields":{"ticketType":1}})";
    plugin.create(byName);
    plugin.create(byName); // Uses the cached client, and forgets it.
    const std::size_t before = requests(host, "GET", clientsRoute);
    plugin.create(byName);
    CHECK(requests(host, "GET", clientsRoute) == before + 1);
}

TEST_CASE("a limit waits as long as HaloPSA says, otherwise a minute")
{
    const auto [said, waits] =
        GENERATE(table<std::uint32_t, std::uint32_t>({{0, 60000}, {5000, 5000}, {300000, 300000}}));
    FakeHost host;
    host.on("POST", ticketsRoute, Answer{429, "", PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, said});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).retryAfterMs == waits);
}

TEST_CASE("a call that was stopped sends nothing more")
{
    const int after = GENERATE(0, 1, 2);
    FakeHost host;
    host.stopAfterRequests = after;
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).status == PSA_CANCELLED);
    CHECK(host.sent.size() == static_cast<std::size_t>(after));
}

TEST_CASE("a dry run shows its warnings in the log")
{
    FakeHost host;
    host.on("POST", ticketsRoute, notSent(PSA_HTTP_REASON_DRY_RUN));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket(R"("priority":"High","fields":{"ticketType":21})")).status == PSA_CANCELLED);
    REQUIRE_FALSE(host.log.empty());
    CHECK_THAT(host.log.back(), Contains("has no SLA"));
}
