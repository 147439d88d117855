// Every known error of Autotask, provoked in the sandbox where possible and otherwise scripted: the status that decides
// about a retry, the field, and the message for the operator.
#include "fixture.h"

#include <catch2/catch.hpp>

#include <functional>

using namespace psa::net;
using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::autotask;

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

/// Autotask answers the create with these errors.
Arrange says(const std::string &text)
{
    return [text](Setup &setup) {
        psa::sandbox::Object::Ptr fault = json(R"({"kind": "errors-500"})");
        fault->set("text", text);
        setup.faultCreate(psa::sandbox::toText(fault));
    };
}

/// Autotask's answer to the create.
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

Arrange changed(const std::string &changes)
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

const std::string refused = "Autotask does not accept the ticket: ";
const std::string unknown = "It is not known whether Autotask created the ticket: ";
const std::string lookedUp =
    "Nothing to do now: the ticket is looked up by its reference before anything is sent again.";
const std::string credentials = "Autotask does not accept the credentials (401 Unauthorized): API user email or secret "
                                "is wrong, or the Integration Code.";
const std::string retryIt = "Correct the ticket or the ticket defaults, then retry it.";
const std::string html = "<!DOCTYPE html><html><body><h2>Service Unavailable</h2></body></html>";

std::vector<Row> validation()
{
    return {
        {"due date missing", nothing, ticket(R"({"category": "Incident", "fields": {"dueInHours": 0}})"),
         PSA_INVALID_TICKET, 500, "dueAt", refused + "dueDateTime is required.",
         "Set a due date (dueAt) in the ticket, or \"Due in hours\" in the ticket defaults."},
        {"due date missing, record number 0", switched("errors.recordNumber", "0"),
         ticket(R"({"category": "Incident", "fields": {"dueInHours": 0}})"), PSA_INVALID_TICKET, 500, "dueAt",
         refused + "dueDateTime is required.", "\"Due in hours\""},
        {"queue required by the category", nothing, ticket(R"({"category": 101, "queue": null})"), PSA_INVALID_TICKET,
         500, "queue", refused + "queueID is required.",
         "Correct \"Queue ID\" in the ticket or in the ticket defaults"},
        {"required field missing", switched("ticket.requiredUdf", "true"), ticket(), PSA_INVALID_TICKET, 500, "",
         refused + "Missing Required Field: Device Id.", retryIt},
        {"required field missing, the other text",
         both(switched("ticket.requiredUdf", "true"), switched("errors.missing", "Attribute")), ticket(),
         PSA_INVALID_TICKET, 500, "", refused + "Attribute 'Device Id' is required.", retryIt},
        {"title missing", says("Attribute 'title' is required. ; on record number [1]."), ticket(), PSA_INVALID_TICKET,
         500, "title", refused + "Attribute 'title' is required.", "Correct the text of the ticket"},
        {"title missing, the other text", says("Missing Required Field: title. ; on record number [1]"), ticket(),
         PSA_INVALID_TICKET, 500, "title", refused + "Missing Required Field: title.",
         "Correct the text of the ticket"},
        {"work type required by the database", switched("ticket.workTypeRequired", "true"), ticket(),
         PSA_INVALID_TICKET, 500, "workType", refused + "billingCodeID is required.", "Correct \"Work Type\""},
        {"contact required by the database", switched("ticket.contactRequired", "true"), ticket(), PSA_INVALID_TICKET,
         500, "contact", refused + "contactID is required.", "Correct the contact of the ticket"},
        {"pick-list value", both(warm, changed(R"({"deactivate": {"field": "priority", "value": 2}})")), ticket(),
         PSA_INVALID_TICKET, 500, "priority", refused + "Picklist value [2] does not exist for priority.",
         "Correct \"Priority\" in the ticket or in the ticket defaults"},
        {"pick-list value, bare",
         both(switched("errors.recordNumber", "none"),
              both(warm, changed(R"({"deactivate": {"field": "queueID", "value": 29683354}})"))),
         ticket(), PSA_INVALID_TICKET, 500, "queue", refused + "Picklist value [29683354] does not exist for queueID.",
         "Correct \"Queue ID\""},
        {"company that is not there", nothing, ticket(R"({"company": 999})"), PSA_INVALID_TICKET, 500, "company",
         refused + "Reference value on field: companyID of type: Account does not exist or is invalid.",
         "Correct the company of the ticket: it must exist and be active in Autotask"},
        {"inactive contact", nothing, ticket(R"({"contact": 30002})"), PSA_INVALID_TICKET, 500, "contact",
         refused + "Reference value on field: contactID of type: Contact does not exist or is invalid.",
         "Correct the contact of the ticket: it must exist and be active in Autotask"},
        {"contract that is not there", nothing, ticketWithFields(R"({"contract": 7})"), PSA_INVALID_TICKET, 500,
         "contract", refused + "Reference value on field: contractID of type: Contract does not exist or is invalid.",
         "Correct \"Contract ID\""},
        {"work type that is none", nothing, ticketWithFields(R"({"workType": "29683313"})"), PSA_INVALID_TICKET, 500,
         "workType",
         refused + "Reference value on field: billingCodeID of type: AllocationCode does not exist or is invalid.",
         "Correct \"Work Type\""},
        {"reference, the older text", says("contactID: Value 12345 does not exist or is invalid"), ticket(),
         PSA_INVALID_TICKET, 500, "contact", refused + "contactID: Value 12345 does not exist or is invalid.",
         "Correct the contact"},
        {"role",
         says("Reference value on field: roleID of timeEntryType: Role does not exist or is invalid. ; on record "
              "number [1]."),
         ticket(), PSA_INVALID_TICKET, 500, "",
         refused + "Reference value on field: roleID of timeEntryType: Role does not exist or is invalid.", retryIt},
        {"resource without role",
         says("Data violation: When assigning a Resource, you must assign both a "
              "assignedResourceID and assignedResourceRoleID."),
         ticket(), PSA_INVALID_TICKET, 500, "assignee",
         refused + "Data violation: When assigning a Resource, you must assign both a assignedResourceID and "
                   "assignedResourceRoleID.",
         R"(Correct "Assignee" in the ticket)"},
        {"resource and role",
         says("The specified AssignedResourceID and AssignedRoleID combination is not currently defined"), ticket(),
         PSA_INVALID_TICKET, 500, "assignee",
         refused + "The specified AssignedResourceID and AssignedRoleID combination is not currently defined.",
         R"(Correct "Assignee" in the ticket)"},
        {"location",
         says("The companyLocationID[285] cannot be associated with the Ticket. The CompanyLocation must "
              "belong to the Ticket's, ConfigurationItem's, or the Contact's Company."),
         ticket(), PSA_INVALID_TICKET, 500, "",
         refused + "The companyLocationID[285] cannot be associated with the Ticket. The CompanyLocation must belong "
                   "to the Ticket's, ConfigurationItem's, or the Contact's Company.",
         retryIt},
        {"delete miss",
         says("No matching records found. The logged in Resource may not have the required permissions "
              "to delete the data."),
         ticket(), PSA_INVALID_TICKET, 500, "",
         refused + "No matching records found. The logged in Resource may not have the required permissions to delete "
                   "the data.",
         retryIt},
        {"several, with line breaks", says("queueID is required\r\n"), ticket(), PSA_INVALID_TICKET, 500, "queue",
         refused + "queueID is required.", "Correct \"Queue ID\""},
        {"errors with 200", answers(200, R"({"errors":["queueID is required"]})"), ticket(), PSA_INVALID_TICKET, 200,
         "queue", refused + "queueID is required.", "Correct \"Queue ID\""},
        {"400", answers(400, R"({"Message":"The request is invalid."})"), ticket(), PSA_INVALID_TICKET, 400, "",
         refused + "The request is invalid.", retryIt},
        {"405", answers(405, R"({"Message":"The requested resource does not support http method 'POST'."})"), ticket(),
         PSA_INVALID_TICKET, 405, "", refused + "The requested resource does not support http method 'POST'.", retryIt},
    };
}

std::vector<Row> access()
{
    const std::string create =
        "The logged in Resource does not have the adequate permissions to create this entity type.";
    const std::string securityLevel = "Use an API User (system) security level or a clone of one";
    return {
        {"wrong integration code",
         nothing,
         ticket(),
         PSA_AUTH,
         401,
         "",
         credentials,
         "the Integration Code and the zone",
         MutationSeen::none,
         {{"integrationCode", "WRONGTRACKINGIDENTIFIER0001"}}},
        {"wrong integration code, the older answer",
         switched("auth.wrongCode", "500"),
         ticket(),
         PSA_AUTH,
         500,
         "integrationCode",
         "Autotask does not accept the Integration Code: IntegrationCode is invalid.",
         "Copy the Integration Code from the API Tracking Identifier tab",
         MutationSeen::none,
         {{"integrationCode", "WRONGTRACKINGIDENTIFIER0001"}}},
        {"wrong user at a given zone",
         nothing,
         ticket(),
         PSA_AUTH,
         401,
         "",
         credentials,
         "it must end in @APIUSER.com",
         MutationSeen::none,
         {{"userName", "nobody@APIUSER.com"}, {"zoneUrl", "https://webservices5.autotask.net/ATServicesRest/"}}},
        {"wrong zone",
         nothing,
         ticket(),
         PSA_AUTH,
         401,
         "",
         credentials,
         "the zone (webservices6.autotask.net)",
         MutationSeen::none,
         {{"zoneUrl", "https://webservices6.autotask.net/ATServicesRest/"}}},
        {"unknown user",
         nothing,
         ticket(),
         PSA_AUTH,
         500,
         "userName",
         "The zoneInformation call could not resolve the API user nobody@APIUSER.com (500 on zone lookup).",
         "Verify the email of the API User; a new user may need five minutes. Or paste a Zone URL manually.",
         MutationSeen::none,
         {{"userName", "nobody@APIUSER.com"}},
         "zoneInformation"},
        {"user locked", both(warm, changed(R"({"locked": true})")), ticket(), PSA_AUTH, 401, "", credentials,
         "not locked"},
        {"user locked, with words", says("The user account has been locked."), ticket(), PSA_AUTH, 500, "userName",
         "Autotask has locked the API user: The user account has been locked.",
         "Unlock it in Autotask under Admin → Resources/Users (HR)"},
        {"no right to create, as 403",
         both(switched("access.refusal", "403"), changed(R"({"revoke": "Tickets create"})")), ticket(), PSA_PERMISSION,
         403, "", "The security level of the API user lacks permission for this (403 Forbidden): " + create,
         securityLevel},
        {"403 without words", answers(403, ""), ticket(), PSA_PERMISSION, 403, "",
         "The security level of the API user lacks permission for this (403 Forbidden).", securityLevel},
        {"no right to read companies", changed(R"({"revoke": "Companies query"})"),
         ticket(R"({"company": "Acme Dental"})"), PSA_PERMISSION, 500, "",
         "The security level of the API user lacks permission for this: The logged in Resource does not have the "
         "adequate permissions to query this entity type.",
         securityLevel, MutationSeen::none},
        {"HTML 404", answers(404, html), ticket(), PSA_INVALID_CONFIG, 404, "zoneUrl",
         "There is no Autotask API at webservices5.autotask.net (404 Not Found).",
         "Correct the Zone URL under Configure, or leave it blank to have it detected from the API user."},
    };
}

std::vector<Row> limitsAndOutages()
{
    const std::string busy = "Autotask does not take more requests at the moment";
    const std::string wait = "Nothing to do: it is retried later.";
    const std::string threads = "The Autotask API thread threshold of 3 threads has been exceeded. Method: Create";
    return {
        {"429", answers(429, R"({"errors":[")" + threads + R"("]})"), ticket(), PSA_RATE_LIMITED, 429, "",
         busy + ": " + threads + ".", wait},
        {"threads as 500", says(threads), ticket(), PSA_RATE_LIMITED, 500, "", busy + ": " + threads + ".", wait},
        {"threads as 503", answers(503, R"({"errors":[")" + threads + R"("]})"), ticket(), PSA_RATE_LIMITED, 503, "",
         busy + ": " + threads + ".", wait},
        {"hourly limit", both(warm, both(switched("limit.hourly", "1"), switched("limit.enforced", "true"))), ticket(),
         PSA_RATE_LIMITED, 429, "", busy + ": The Autotask API request threshold has been exceeded.", wait},
        {"hourly limit as HTML 500",
         both(warm, both(switched("limit.hourlyAnswer", "500"),
                         both(switched("limit.hourly", "1"), switched("limit.enforced", "true")))),
         ticket(), PSA_OUTCOME_UNKNOWN, 500, "", unknown + "HTTP 500 without a reason.", lookedUp},
        {"500 with errors of another shape", answers(500, R"({"Message":"An error has occurred."})"), ticket(),
         PSA_OUTCOME_UNKNOWN, 500, "", unknown + "HTTP 500 without a reason.", lookedUp},
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
    CHECK(setup.createsOf("psa-host-1") == (row.mutation == MutationSeen::answered ? 1 : 0));
}

} // namespace

TEST_CASE("what Autotask does not accept in a ticket is reported in its words, with the field and the next step")
{
    for (const Row &row : validation())
        check(row);
}

TEST_CASE("a rejected login or missing right says what to check, and is never repeated")
{
    for (const Row &row : access())
        check(row);
}

TEST_CASE("rate limits are waited for, and an outage during a create leaves its outcome open")
{
    for (const Row &row : limitsAndOutages())
        check(row);
}

TEST_CASE("a reference that exists in Autotask is a conflict and names the field")
{
    Setup setup;
    setup.sandbox().setSwitch("ticket.uniqueExternalID", "true");
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CONFLICT);
    CHECK(outcome.error->message ==
          "Autotask already has a ticket with this reference: A Ticket already exists with externalID [psa-host-1].");
    CHECK_THAT(outcome.error->hint, Catch::Contains("looked up"));
    CHECK(outcome.mutation == MutationSeen::answered);
    CHECK(foundTickets(setup.find("psa-host-1")) == 1);
}

TEST_CASE("an error of Autotask about a search is the plugin's fault, not a ticket's")
{
    const std::string text = GENERATE("Unable to find projectID in the TimeEntry Entity",
                                      "Unexpected character encountered while parsing value: t. Path 'value'.",
                                      "maxCountOfRecordsToReturn must be between 1 and 500",
                                      "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions.");
    Setup setup;
    setup.faultAt("Companies/query", R"({"kind": "errors-500", "text": ")" + text + R"("})");
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"company": "Acme Dental"})"));
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INTERNAL);
    CHECK_THAT(outcome.error->message,
               Catch::StartsWith("Autotask does not accept a request of the plugin: " + text.substr(0, 30)));
    CHECK_THAT(outcome.error->hint, Catch::Contains("maker of the plugin"));
    CHECK(outcome.mutation == MutationSeen::none);
    CHECK(setup.createsOf("psa-host-1") == 0);
}

TEST_CASE("a description of tickets without fields is reported as such")
{
    Setup setup;
    setup.faultAt("entityInformation/fields", R"({"kind": "status", "status": 200, "body": "{}"})");
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_UNAVAILABLE);
    CHECK(outcome.error->message ==
          "Autotask did not return a usable response: its description of tickets has no fields.");
    CHECK(setup.creates() == 0);
}

TEST_CASE("a missing ticket is not found if Autotask responds with a 404")
{
    Setup setup;
    setup.sandbox().setSwitch("get.missing", "404");
    const CallOutcome outcome = setup.read("987654");
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_NOT_FOUND);
    CHECK(outcome.error->message == "Autotask has no ticket with the id 987654, or the API user may not see it.");
    CHECK(outcome.error->field.empty());
}

TEST_CASE("an unreachable zone lookup host is reported with the workaround")
{
    Setup setup;
    setup.endSimulator();
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_UNAVAILABLE);
    CHECK(outcome.error->message == "Nothing accepts the connection at webservices.autotask.net.");
    CHECK_THAT(outcome.error->hint, Catch::Contains("Paste a Zone URL manually"));
    CHECK(outcome.mutation == MutationSeen::none);
}
