// createTicket that fails: the status that decides about a retry, and the message for the operator.
#include "company.h"

#include "tests/plugins/common/error_case.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise::test;

namespace {

/// ConnectWise's document for a ticket that it does not accept.
std::string invalid(const std::string &code, const std::string &message, const std::string &field)
{
    return R"({"code":"InvalidObject","message":"ticket object is invalid","errors":[{"code":")" + code +
           R"(","message":")" + message + R"(","resource":"ticket","field":")" + field + "\"}]}";
}

const std::string refused = "ConnectWise does not accept the ticket: ";
const std::string unknown = "It is not known whether ConnectWise created the ticket: ";
const std::string lookedUp = "looked up by its reference before anything is sent again";

std::vector<ErrorCase> refusals()
{
    return {
        {"status of another board",
         {400, invalid("NotFound", "Service Status 17 not found for Service Board 21", "status/id")},
         PSA_INVALID_TICKET,
         refused + "Service Status 17 not found for Service Board 21.",
         "Correct \"Status\" in the ticket or in the ticket defaults, then retry it. It belongs to a board",
         "status",
         "NotFound"},
        {"summary too long",
         {400,
          invalid("MaxLengthField", "The field summary must be a string with a maximum length of 100.", "summary")},
         PSA_INVALID_TICKET,
         refused + "The field summary must be a string with a maximum length of 100.",
         "Correct the text",
         "title",
         "MaxLengthField"},
        {"company",
         {400, invalid("NotFound", "Company 1 not found", "company/id")},
         PSA_INVALID_TICKET,
         refused + "Company 1 not found.",
         "must exist in ConnectWise",
         "company",
         "NotFound"},
        {"board",
         {400, invalid("NotFound", "Service Board 99 not found", "board.id")},
         PSA_INVALID_TICKET,
         refused + "Service Board 99 not found.",
         "Correct \"Board\"",
         "queue",
         "NotFound"},
        {"several",
         {400, R"({"code":"InvalidObject","message":"ticket object is invalid","errors":[)"
               R"({"code":"MissingRequired","message":"company is required\r\n","field":"company"},)"
               R"({"code":"NotFound","message":"Type 5 not found","field":"type"},null]})"},
         PSA_INVALID_TICKET,
         refused + "company is required. Type 5 not found.",
         "must exist in ConnectWise",
         "company",
         "MissingRequired"},
        {"no field of ours",
         {400, invalid("Invalid", "The workflow refuses it", "budgetHours")},
         PSA_INVALID_TICKET,
         refused + "The workflow refuses it.",
         "retry it",
         "",
         "Invalid"},
        {"a message alone",
         {400, R"({"code":"InvalidObject","message":"ticket object is invalid","errors":null})"},
         PSA_INVALID_TICKET,
         refused + "ticket object is invalid.",
         "retry it",
         "",
         "InvalidObject"},
        {"400 without reason", {400, ""}, PSA_INVALID_TICKET, refused + "HTTP 400 without a reason.", "retry it"},
        {"400 as a page",
         {400, "<html>Bad Request</html>"},
         PSA_INVALID_TICKET,
         refused + "HTTP 400 without a reason.",
         "retry it"},
        {"404 from the API itself",
         {404, R"({"code":"NotFound","message":"Entity not found"})"},
         PSA_INVALID_TICKET,
         refused + "Entity not found.",
         "retry it",
         "",
         "NotFound"},
        {"405", {405, "Method not allowed"}, PSA_INVALID_TICKET, refused + "Method not allowed.", "retry it"},
        {"409",
         {409, R"({"code":"Conflict","message":"The record is in use"})"},
         PSA_CONFLICT,
         refused + "The record is in use.",
         "retry it",
         "",
         "Conflict"},
        {"415", {415, ""}, PSA_INVALID_TICKET, refused + "HTTP 415 without a reason.", "retry it"},
        {"reference taken",
         {400, invalid("ObjectExists", "externalXRef already exists", "externalXRef")},
         PSA_CONFLICT,
         "ConnectWise already has a ticket with this reference: externalXRef already exists.",
         "looked up",
         "",
         "ObjectExists"},
        {"401",
         {401, R"({"code":"Unauthorized","message":"Incorrect public/private key"})"},
         PSA_AUTH,
         "ConnectWise does not accept the credentials (401 Unauthorized)",
         "psa-host does not retry until then",
         "",
         "Unauthorized"},
        {"401 without words", {401, ""}, PSA_AUTH, "does not accept the credentials (401 Unauthorized)", "click Test"},
        {"client id",
         {400, R"({"code":"InvalidClientId","message":"The clientId is not registered"})"},
         PSA_AUTH,
         "ConnectWise does not accept the Client ID (400): The clientId is not registered.",
         "developer.connectwise.com",
         "clientId",
         "InvalidClientId"},
        {"403",
         {403, R"({"code":"Security","message":"You do not have security permission to perform this action."})"},
         PSA_PERMISSION,
         "does not allow this (403 Forbidden): You do not have security permission to perform this action.",
         "Service Tickets: Add, Edit, Inquire All",
         "",
         "Security"},
        {"no route",
         {400, "Cannot route. Codebase/company is invalid"},
         PSA_INVALID_CONFIG,
         "(400): Cannot route. Codebase/company is invalid.",
         "Correct Site URL and Company ID",
         "companyId"},
        {"404 as a page",
         {404, "<html>404 - File or directory not found.</html>"},
         PSA_INVALID_CONFIG,
         "There is no ConnectWise API for this company at api-na.myconnectwise.net (404).",
         "Correct Site URL",
         "siteUrl"},
        {"429",
         {429, R"({"code":"RateLimitExceeded","message":"Please try again in 30 seconds"})", PSA_HTTP_ANSWERED,
          PSA_HTTP_REASON_NONE, 60000},
         PSA_RATE_LIMITED,
         "does not take more requests at the moment: Please try again in 30 seconds.",
         "retried later",
         "",
         "RateLimitExceeded"},
    };
}

std::vector<ErrorCase> unknowns()
{
    return {
        {"empty 500", {500, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 500 without a reason.", lookedUp},
        {"500 in JSON",
         {500, R"({"code":"Timeout","message":"The request timeout expired"})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 500 and no more.",
         lookedUp},
        {"HTML 502",
         {502, "<html>Bad Gateway</html>"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 502 without a reason.",
         lookedUp},
        {"503 of the cloud's front",
         {503, "upstream connect error"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "HTTP 503 and no more.",
         lookedUp},
        {"504", {504, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 504 without a reason.", lookedUp},
        {"408", {408, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 408 without a reason.", lookedUp},
        {"302", {302, ""}, PSA_OUTCOME_UNKNOWN, unknown + "HTTP 302 without a reason.", lookedUp},
        {"HTML 201",
         {201, "<html>Welcome</html>"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "its response cannot be read.",
         lookedUp},
        {"empty 201", {201, ""}, PSA_OUTCOME_UNKNOWN, unknown + "its response cannot be read.", lookedUp},
        {"201 without id", {201, "{}"}, PSA_OUTCOME_UNKNOWN, unknown + "the response has no ticket id.", lookedUp},
        {"201 with null",
         {201, R"({"id":null})"},
         PSA_OUTCOME_UNKNOWN,
         unknown + "the response has no ticket id.",
         lookedUp},
        {"201 with 0", {201, R"({"id":0})"}, PSA_OUTCOME_UNKNOWN, unknown + "the response has no ticket id.", lookedUp},
        {"no answer in time", noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_OUTCOME_UNKNOWN,
         unknown + "the connection ended without a response.", lookedUp},
        {"connection closed", noAnswer(PSA_HTTP_REASON_CLOSED), PSA_OUTCOME_UNKNOWN,
         unknown + "the connection ended without a response.", lookedUp},
        {"cancelled under way", noAnswer(PSA_HTTP_REASON_CANCELLED), PSA_OUTCOME_UNKNOWN,
         unknown + "the connection ended without a response.", lookedUp},
    };
}

/// The outcome of a create that the company answers with this.
Outcome created(FakeHost &host, const Answer &answer)
{
    scriptCompany(host);
    host.on("POST", ticketsRoute, answer);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    return plugin.create(ticket());
}

void check(const ErrorCase &wanted)
{
    FakeHost host;
    const Outcome outcome = created(host, wanted.answer);
    checkError(wanted, outcome, host, "POST service/tickets at api-na.myconnectwise.net", "CONNECTWISE_SHOW_ERRORS");
}

constexpr const char *oldRoute = "/v2024_9/apis/3.0/service/tickets";

/// A company that has left the codebase in the cache, and answers there with `answer`.
void scriptMoved(FakeHost &host, const Answer &answer, const std::string &lookUp = infoBody)
{
    host.cache["company"] = R"({"Codebase":"v2024_9/"})";
    host.on("POST", oldRoute, answer)
        .on("GET", oldRoute, answer)
        .on("POST", "/v2025_1/apis/3.0/service/tickets", Answer{201, R"({"id":29683})"})
        .on("GET", "/v2025_1/apis/3.0/service/tickets", ok("[]"))
        .on("GET", infoRoute, ok(lookUp));
}

const Answer pageMissing{404, "<html>404</html>"};

} // namespace

TEST_CASE("ConnectWise's rejections name the field and the next step, and nothing is repeated")
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
    std::vector<std::string> bodies{R"({"id":99999999999999999999})",
                                    R"({"id":-5})",
                                    R"({"id":29683.5})",
                                    R"({"id":"29683x"})",
                                    R"({"id":[29683]})",
                                    R"([{"id":29683}])"};
    const std::vector<std::string> beginnings = beginningsOf(R"({"id":29683,"summary":"Disk full"})");
    bodies.insert(bodies.end(), beginnings.begin(), beginnings.end());
    for (const std::string &body : bodies)
    {
        CAPTURE(body);
        FakeHost host;
        CHECK(created(host, Answer{201, body}).status == PSA_OUTCOME_UNKNOWN);
    }
}

TEST_CASE("a create that was not sent is safe to send again")
{
    for (const ErrorCase &wanted : notSentCases("api-na.myconnectwise.net", "allowed_hosts"))
        check(wanted);
}

TEST_CASE("a rate limit without a time to wait, or with a shorter one, means half a minute")
{
    for (const std::uint32_t said : {0u, 1000u, 29999u})
    {
        FakeHost host;
        const Outcome outcome = created(host, Answer{429, "", PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, said});
        CHECK(outcome.status == PSA_RATE_LIMITED);
        CHECK(outcome.retryAfterMs == 30000);
    }
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
        {{500, R"({"code":"Timeout","message":"timeout"})"}, PSA_UNAVAILABLE},
        {{200, "[{\"id\":"}, PSA_UNAVAILABLE},
        {{200, "{}"}, PSA_UNAVAILABLE},
        {{200, "null"}, PSA_UNAVAILABLE},
        {{200, ""}, PSA_UNAVAILABLE},
        {noAnswer(PSA_HTTP_REASON_CLOSED), PSA_UNAVAILABLE},
        {noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_TIMEOUT},
        {noAnswer(PSA_HTTP_REASON_CANCELLED), PSA_CANCELLED},
        {{429, ""}, PSA_RATE_LIMITED},
        {{401, ""}, PSA_AUTH},
        {{403, ""}, PSA_PERMISSION},
        {{400, R"({"code":"BadRequest","message":"conditions: unexpected token"})"}, PSA_INTERNAL},
    }));
    FakeHost host;
    host.on("GET", boardsRoute, wanted.answer);
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket(R"("queue":"Help Desk")"));
    CHECK(outcome.status == wanted.status);
    CHECK(!outcome.hint.empty());
    CHECK(mutating(host) == 0);
}

TEST_CASE("a rejected id is reported with the board's values")
{
    FakeHost host;
    scriptCompany(host);
    host.on("POST", ticketsRoute,
            Answer{400, invalid("NotFound", "Service Status 17 not found for Service Board 1", "status/id")});
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket(R"("queue":1,"status":17)"));
    CHECK(outcome.field == "status");
    CHECK_THAT(outcome.hint, Catch::EndsWith("Valid values: New (11), In Progress (12)."));
    CHECK(mutating(host) == 1);

    FakeHost closed;
    closed.on("GET", statusesRoute, Answer{403, ""});
    scriptCompany(closed);
    closed.on("POST", ticketsRoute,
              Answer{400, invalid("NotFound", "Service Status 17 not found for Service Board 1", "status/id")});
    ConnectWiseUnderTest other(closed);
    other.configured();
    const Outcome without = other.create(ticket(R"("queue":1,"status":17)"));
    CHECK(without.status == PSA_INVALID_TICKET);
    CHECK_THAT(without.hint, Catch::EndsWith("each board has its own."));
}

TEST_CASE("after a rejected ticket the next one reads the company again")
{
    FakeHost host;
    scriptCompany(host);
    host.on("POST", ticketsRoute, Answer{400, invalid("NotFound", "Service Board 1 not found", "board/id")});
    host.cache["company:acme"] = "19297";
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(R"({"version":1,"title":"t","company":"ACME","queue":"Help Desk"})").status ==
          PSA_INVALID_TICKET);
    CHECK(!host.cache.contains("company:acme"));
    CHECK(host.cache.contains("company"));
}

TEST_CASE("a create at a codebase that the company has left is not sent twice in one call, and the next call goes to "
          "the new one")
{
    const auto answer = GENERATE(
        values<Answer>({pageMissing, Answer{404, ""}, Answer{400, "Cannot route. Codebase/company is invalid"}}));
    FakeHost host;
    scriptMoved(host, answer);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK(outcome.httpStatus == answer.status);
    CHECK_THAT(outcome.message, Catch::Contains("moved") && Catch::Contains("v2025_1"));
    CHECK(host.sent.size() == 2);
    CHECK(mutating(host) == 1);
    CHECK_THAT(host.cache["company"], Catch::Contains("v2025_1"));
    CHECK_THAT(host.log.back(), Catch::Contains("moved from") && Catch::Contains("v2025_1"));
    REQUIRE(plugin.create(ticket()).ok());
    CHECK_THAT(host.sent.back().url, Catch::Contains("v2025_1"));
    CHECK(mutating(host) == 2);
}

TEST_CASE("a search follows a company that moved, too")
{
    FakeHost host;
    scriptMoved(host, pageMissing);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.find().ok());
    CHECK(host.sent.size() == 3);
}

TEST_CASE("a company that did not move is looked up once, and the rejection is reported")
{
    FakeHost host;
    scriptMoved(host, pageMissing, R"({"Codebase":"v2024_9/"})");
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).status == PSA_INVALID_CONFIG);
    CHECK(host.sent.size() == 2);
    CHECK(mutating(host) == 1);
}

TEST_CASE("if the lookup after a rejection fails, the rejection is reported")
{
    FakeHost host;
    scriptMoved(host, pageMissing, "null");
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).status == PSA_INVALID_CONFIG);
    CHECK(mutating(host) == 1);
    CHECK_THAT(host.log.back(), Catch::Contains("without success"));
}

TEST_CASE("a request with unknown outcome is never sent twice, even if the company may have moved")
{
    FakeHost host;
    scriptMoved(host, noAnswer(PSA_HTTP_REASON_CLOSED));
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).status == PSA_OUTCOME_UNKNOWN);
    CHECK(host.sent.size() == 1);
}

TEST_CASE("a call that is stopped before the create sends none")
{
    Company company;
    company.host.stopAfterRequests = 1;
    CHECK(company.plugin.create(ticket()).status == PSA_CANCELLED);
    CHECK(mutating(company.host) == 0);
}
