// Every known error of ConnectWise, provoked in the sandbox where possible and otherwise scripted: the status that
// decides about a retry, the field, and the message for the operator.
#include "fixture.h"

#include <catch2/catch.hpp>

#include <functional>

using namespace psa::net;
using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::connectwise;

namespace {

/// One way for createTicket to fail.
struct Row
{
    std::string name;
    std::function<void(Setup &)> arrange;
    std::string ticket;
    psa_status status;
    unsigned httpStatus;
    std::string field;
    std::string message; ///< The whole of it.
    std::string hint;    ///< A part of it.
    MutationSeen mutation = MutationSeen::answered;
    Values configuration{};
    std::string vendorCode{};
};

using Arrange = std::function<void(Setup &)>;

/// ConnectWise's answer to the create.
Arrange answers(int status, const std::string &body)
{
    return [=](Setup &setup) {
        psa::sandbox::Object::Ptr fault = json(R"({"kind": "status"})");
        fault->set("status", status);
        fault->set("body", body);
        setup.faultCreate(psa::sandbox::toText(fault));
    };
}

Arrange switched(const std::string &name, const std::string &value)
{
    return [=](Setup &setup) { setup.sandbox().setSwitch(name, value); };
}

Arrange changedTenant(const std::string &changes)
{
    return [=](Setup &setup) { setup.sandbox().changeTenant(changes); };
}

Arrange both(const Arrange &first, const Arrange &second)
{
    return [=](Setup &setup) {
        first(setup);
        second(setup);
    };
}

const Arrange nothing = [](Setup &) {};
const Arrange warm = [](Setup &setup) { setup.warmUp(); };

const std::string refused = "ConnectWise does not accept the ticket: ";
const std::string retryIt = "Correct the ticket or the ticket defaults, then retry it.";
const std::string clientIdWords = "The clientId header is missing or its value is not a registered clientId.";

std::vector<Row> validation()
{
    return {
        {"status of another board",
         nothing,
         ticket(R"({"queue": 2, "status": 17, "category": null})"),
         PSA_INVALID_TICKET,
         400,
         "status",
         refused + "Service Status 17 not found for Service Board 2.",
         "each board has its own. Valid values: New Alert (26), Acknowledged (27), Closed (28).",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"inactive status",
         nothing,
         ticket(R"({"status": 20})"),
         PSA_INVALID_TICKET,
         400,
         "status",
         refused + "Service Status 20 not found for Service Board 1.",
         "Valid values: New (not responded) (16), In Progress (17), Waiting Customer (18), Closed (19).",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"board that is not there",
         nothing,
         ticket(R"({"queue": 99})"),
         PSA_INVALID_TICKET,
         400,
         "queue",
         refused + "Service Board 99 not found.",
         "Valid values: Help Desk (1), Alerts (2), Field Service (3).",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"type of another board",
         nothing,
         ticket(R"({"category": 111})"),
         PSA_INVALID_TICKET,
         400,
         "category",
         refused + "Service Type 111 not found for Service Board 1.",
         "Valid values: Break-fix (101), Proactive (102).",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"sub-type of another type",
         nothing,
         ticketWithFields(R"({"subType": "202"})"),
         PSA_INVALID_TICKET,
         400,
         "subType",
         refused + "Service SubType 202 not found for Service Type 101.",
         "Valid values: Hardware (201).",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"team of another board",
         nothing,
         ticketWithFields(R"({"team": "27"})"),
         PSA_INVALID_TICKET,
         400,
         "team",
         refused + "Service Team 27 not found for Service Board 1.",
         "Valid values: Service Team (25), Second Line (26).",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"priority",
         nothing,
         ticket(R"({"priority": 2})"),
         PSA_INVALID_TICKET,
         400,
         "priority",
         refused + "Priority 2 not found.",
         "Valid values: Priority 1 - Emergency Response (1)",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"source",
         nothing,
         ticketWithFields(R"({"source": "99"})"),
         PSA_INVALID_TICKET,
         400,
         "source",
         refused + "Source 99 not found.",
         "Valid values: Call (1), Email (2), Monitoring (3).",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"company that is not there",
         nothing,
         ticket(R"({"company": 999})"),
         PSA_INVALID_TICKET,
         400,
         "company",
         refused + "Company 999 not found.",
         "Correct the company of the ticket: it must exist in ConnectWise, and the API member must be allowed to see "
         "it.",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"contact of another company",
         nothing,
         ticket(R"({"contact": 482})"),
         PSA_INVALID_TICKET,
         400,
         "contact",
         refused + "Contact 482 not found for Company 19.",
         "Correct the contact of the ticket",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"agreement",
         nothing,
         ticketWithFields(R"({"agreement": 78})"),
         PSA_INVALID_TICKET,
         400,
         "agreement",
         refused + "Agreement 78 not found for Company 19.",
         "Correct \"Agreement ID\"",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"name on the default board",
         nothing,
         R"({"version": 1, "title": "t", "company": 19, "status": "Acknowledged"})",
         PSA_INVALID_TICKET,
         400,
         "status",
         refused + "Service Status Acknowledged not found for Service Board 1.",
         "each board has its own",
         MutationSeen::answered,
         {},
         "NotFound"},
        {"summary too long",
         answers(400,
                 R"({"code":"InvalidObject","message":"ticket object is invalid","errors":[{"code":"MaxLengthField",)"
                 R"("message":"The field summary must be a string with a maximum length of 100.",)"
                 R"("resource":"ticket","field":"summary"}]})"),
         ticket(),
         PSA_INVALID_TICKET,
         400,
         "title",
         refused + "The field summary must be a string with a maximum length of 100.",
         "Correct the text of the ticket",
         MutationSeen::answered,
         {},
         "MaxLengthField"},
        {"400 without words", answers(400, ""), ticket(), PSA_INVALID_TICKET, 400, "",
         refused + "HTTP 400 without a reason.", retryIt},
        {"405",
         answers(405, R"({"code":"MethodNotAllowed","message":"No POST here"})"),
         ticket(),
         PSA_INVALID_TICKET,
         405,
         "",
         refused + "No POST here.",
         retryIt,
         MutationSeen::answered,
         {},
         "MethodNotAllowed"},
        {"409",
         answers(409, R"({"code":"Conflict","message":"The record is in use"})"),
         ticket(),
         PSA_CONFLICT,
         409,
         "",
         refused + "The record is in use.",
         retryIt,
         MutationSeen::answered,
         {},
         "Conflict"},
        {"415", answers(415, ""), ticket(), PSA_INVALID_TICKET, 415, "", refused + "HTTP 415 without a reason.",
         retryIt},
    };
}

std::vector<Row> access()
{
    const std::string credentials =
        "ConnectWise does not accept the credentials (401 Unauthorized): Company ID, Public "
        "Key or Private Key is wrong.";
    const std::string role = "The security role of the API member does not allow this (403 Forbidden)";
    const Values wrongClient{{"clientId", "WRONG-client-id-1"}};
    return {
        {"wrong public key",
         nothing,
         ticket(),
         PSA_AUTH,
         401,
         "",
         credentials,
         "API Keys tab",
         MutationSeen::answered,
         {{"publicKey", "WrongPublicKey"}},
         "Unauthorized"},
        {"wrong private key, other words",
         switched("auth.refusal", "keys"),
         ticket(),
         PSA_AUTH,
         401,
         "",
         credentials,
         "click Test",
         MutationSeen::answered,
         {{"privateKey", "wrong-KEY-1"}},
         "Unauthorized"},
        {"wrong private key, and other words again",
         switched("auth.refusal", "UserNotAuthenticated"),
         ticket(),
         PSA_AUTH,
         401,
         "",
         credentials,
         "click Test",
         MutationSeen::answered,
         {{"privateKey", "wrong-KEY-1"}},
         "ConnectWiseApi"},
        {"unknown company",
         nothing,
         ticket(),
         PSA_AUTH,
         200,
         "companyId",
         "ConnectWise at na.myconnectwise.net does not know the company \"nobody\".",
         "as you do when you log in",
         MutationSeen::none,
         {{"companyId", "nobody"}},
         "companyinfo"},
        {"client id", nothing, ticket(), PSA_AUTH, 400, "clientId",
         "ConnectWise does not accept the Client ID (400): " + clientIdWords, "developer.connectwise.com",
         MutationSeen::answered, wrongClient},
        {"client id as 401", switched("auth.clientIdStatus", "401"), ticket(), PSA_AUTH, 401, "clientId",
         "ConnectWise does not accept the Client ID (401): " + clientIdWords, "developer.connectwise.com",
         MutationSeen::answered, wrongClient},
        {"client id as a document", switched("auth.clientIdBody", "json"), ticket(), PSA_AUTH, 400, "clientId",
         "ConnectWise does not accept the Client ID (400): " + clientIdWords, "developer.connectwise.com",
         MutationSeen::answered, wrongClient, "InvalidClientId"},
        {"client id gone", both(warm, changedTenant(R"({"clientId": "another-client-id"})")), ticket(), PSA_AUTH, 400,
         "clientId", "ConnectWise does not accept the Client ID (400): " + clientIdWords, "developer.connectwise.com"},
        {"403 without words", answers(403, ""), ticket(), PSA_PERMISSION, 403, "", role + ".", "Security Roles"},
        {"403 as a page", answers(403, "<html>Forbidden</html>"), ticket(), PSA_PERMISSION, 403, "", role + ".",
         "Security Roles"},
        {"no right to read companies",
         changedTenant(R"({"revoke": "Companies query"})"),
         ticket(R"({"company": "AcmeDental"})"),
         PSA_PERMISSION,
         403,
         "",
         role + ": You do not have security permission to perform this action.",
         "Companies > Company Maintenance: Inquire All",
         MutationSeen::none,
         {},
         "Security"},
        {"no right to read a board's statuses",
         changedTenant(R"({"revoke": "Statuses query"})"),
         ticket(R"({"status": "In Progress"})"),
         PSA_PERMISSION,
         403,
         "",
         role + ": You do not have security permission to perform this action.",
         "System > Table Setup: Inquire",
         MutationSeen::none,
         {},
         "Security"},
        {"no route", answers(400, "Cannot route. Codebase/company is invalid"), ticket(), PSA_INVALID_CONFIG, 400,
         "companyId",
         "There is no ConnectWise API for this company at api-na.myconnectwise.net (400): Cannot route. "
         "Codebase/company "
         "is invalid.",
         "Correct Site URL and Company ID under Configure"},
        {"404 as a page", answers(404, "<html>File or directory not found.</html>"), ticket(), PSA_INVALID_CONFIG, 404,
         "siteUrl", "There is no ConnectWise API for this company at api-na.myconnectwise.net (404).",
         "Correct Site URL and Company ID under Configure"},
    };
}

void check(const Row &row)
{
    CAPTURE(row.name);
    Setup setup(row.configuration);
    row.arrange(setup);
    const CallOutcome outcome = setup.create("psa-host-1", row.ticket);
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(statusName(outcome.error->status) == std::string(statusName(row.status)));
    CHECK(outcome.error->httpStatus == row.httpStatus);
    CHECK(outcome.error->field == row.field);
    CHECK(outcome.error->message == row.message);
    CHECK_THAT(outcome.error->hint, Catch::Contains(row.hint));
    CHECK(outcome.error->vendorCode == row.vendorCode);
    CHECK(outcome.mutation == row.mutation);
    CHECK(outcome.defects.empty());
    CHECK(setup.ticketsWith("psa-host-1") == 0);
}

} // namespace

TEST_CASE("what ConnectWise does not accept in a ticket is reported in its words, with the field and the valid values")
{
    for (const Row &row : validation())
        check(row);
}

TEST_CASE("a rejected login or missing right says what to check, and is never repeated")
{
    for (const Row &row : access())
        check(row);
}

TEST_CASE("a reference that ConnectWise already has is a conflict")
{
    Setup setup;
    setup.sandbox().setSwitch("ticket.uniqueExternalXRef", "true");
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CONFLICT);
    CHECK(outcome.error->message == "ConnectWise already has a ticket with this reference: A ticket with the "
                                    "externalXRef psa-host-1 exists already.");
    CHECK_THAT(outcome.error->hint, Catch::Contains("looked up"));
    CHECK(foundTickets(setup.find("psa-host-1")) == 1);
}

TEST_CASE("a rate limit is waited for at least half a minute, in whatever way ConnectWise says how long")
{
    struct Case
    {
        const char *how;
        const char *seconds;
        std::uint32_t least;
        std::uint32_t most;
    };
    const auto wanted = GENERATE(values<Case>({{"seconds", "90", 90000, 90000},
                                               {"date", "90", 85000, 95000},
                                               {"seconds", "5", 30000, 30000},
                                               {"none", "30", 30000, 30000}}));
    Setup setup;
    setup.warmUp();
    setup.sandbox().setSwitch("limit.retryAfter", wanted.how);
    setup.sandbox().setSwitch("limit.wait", wanted.seconds);
    setup.sandbox().setSwitch("limit.perMinute", "1");
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_RATE_LIMITED);
    CHECK_THAT(outcome.error->message, Catch::Contains("Please try again in"));
    if (std::string(wanted.how) != "date") // The sandbox's day is not the host's.
    {
        CHECK(outcome.error->retryAfterMs >= wanted.least);
        CHECK(outcome.error->retryAfterMs <= wanted.most);
    }
    else
        CHECK(outcome.error->retryAfterMs >= 30000);
    CHECK(setup.ticketsWith("psa-host-1") == 0);
}

TEST_CASE("an error of ConnectWise about a search is the plugin's fault, not a ticket's")
{
    Setup setup;
    setup.faultAt(
        "GET", "company/companies",
        R"({"kind": "status", "status": 400, "body": "{\"code\":\"ApiFindCondition\",\"message\":\"x is not a recognized name.\"}"})");
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"company": "AcmeDental"})"));
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INTERNAL);
    CHECK(outcome.error->message == "ConnectWise does not accept a request of the plugin: x is not a recognized name.");
    CHECK(setup.creates() == 0);
}
