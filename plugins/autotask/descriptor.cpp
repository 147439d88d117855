#include "verbs.h"

#include "ticket_mapping.h"

#include "common/descriptor_parts.h"

namespace psa::plugins::autotask {
namespace {

// The forms are written as JSON: they are data, and most readable that way. They use the terms of the setup guide.
constexpr const char *configurationPart = R"({
"type": "object",
"description": "Create a dedicated API user in Autotask and copy its integration code. Plan on 10 minutes.",
"required": ["integrationCode", "userName", "secret"],
"properties": {
  "integrationCode": {"type": "string", "title": "Integration Code", "order": 1, "secret": true, "maxLength": 200,
    "description": "The tracking identifier of the API user: in Autotask on its API Tracking Identifier tab, type Custom (Internal Integration)."},
  "userName": {"type": "string", "title": "API User", "order": 2, "maxLength": 200,
    "placeholder": "psa-host@APIUSER.com",
    "pattern": "(?i)^\\s*[^@\\s]+@apiuser\\.com\\s*$", "patternHint": "an email that ends in @APIUSER.com",
    "description": "The email of an API-only user; it ends in @APIUSER.com. In Autotask under Admin → Resources/Users (HR) → Resources/Users."},
  "secret": {"type": "string", "title": "API Secret", "order": 3, "secret": true, "maxLength": 200,
    "description": "The API user's password. Autotask shows it only once, when the user is created."},
  "zoneUrl": {"type": "string", "title": "Zone URL", "order": 4, "maxLength": 200,
    "placeholder": "https://webservices5.autotask.net/ATServicesRest/", "blankMeans": "detected from the API user",
    "description": "The address of your Autotask zone. Leave it blank unless your network blocks the zone lookup host webservices.autotask.net."}
}})";

constexpr const char *ticketDefaults = R"({
"type": "object",
"description": "Autotask requires a Queue and a Ticket Category on every new ticket. A ticket's own values take precedence over these.",
"required": ["queue", "category"],
"properties": {
  "queue": {"type": "string", "title": "Queue ID", "order": 1, "choices": "queues", "maxLength": 200,
    "description": "Where new tickets go: an id or a name from Admin → Features & Settings → Service Desk → Queues."},
  "category": {"type": "string", "title": "Ticket Category ID", "order": 2, "choices": "categories", "maxLength": 200,
    "description": "An id or a name from Admin → Features & Settings → Service Desk → Ticket Categories."},
  "status": {"type": "string", "title": "Status", "order": 3, "choices": "statuses", "maxLength": 200,
    "blankMeans": "Autotask's default status", "description": "Status of new tickets, an id or a name."},
  "priority": {"type": "string", "title": "Priority", "order": 4, "choices": "priorities", "maxLength": 200,
    "blankMeans": "Autotask's default priority", "description": "Priority of new tickets, an id or a name."},
  "dueInHours": {"type": "integer", "title": "Due in hours", "order": 5, "minimum": 0, "maximum": 8760, "default": DUE_IN_HOURS,
    "description": "When a ticket is due that has no due date of its own. 0 leaves it to the ticket category, which must then set a due date and time."},
  "company": {"type": "string", "title": "Default company", "order": 6, "choices": "companies", "maxLength": 200,
    "blankMeans": "a ticket without a company is rejected",
    "description": "For tickets without a company, an id or a name; 0 is your own company."},
  "assignee": {"type": "string", "title": "Assignee", "order": 10, "choices": "assignees", "maxLength": 200,
    "blankMeans": "nobody", "description": "The resource that new tickets are assigned to in its default service desk role: an id, an email or a name."},
  "source": {"type": "string", "title": "Source", "order": 7, "choices": "sources", "maxLength": 200,
    "blankMeans": "none", "description": "Where tickets come from, such as Monitoring Alert; an id or a name."},
  "ticketType": {"type": "string", "title": "Ticket Type", "order": 8, "choices": "ticketTypes", "maxLength": 200,
    "blankMeans": "Autotask's default", "description": "Such as Incident or Alert; an id or a name."},
  "workType": {"type": "string", "title": "Work Type", "order": 9, "choices": "workTypes", "maxLength": 200,
    "blankMeans": "none", "description": "A billing code for work, an id or a name. Some databases require one."}
}})";

constexpr const char *ticketFields = R"({
"type": "object",
"description": "Fields that only Autotask has.",
"properties": {
  "source": {"type": "string", "title": "Source", "order": 1, "choices": "sources", "maxLength": 200,
    "description": "Where the ticket comes from; an id or a name."},
  "ticketType": {"type": "string", "title": "Ticket Type", "order": 2, "choices": "ticketTypes", "maxLength": 200,
    "description": "Such as Incident or Alert; an id or a name."},
  "issueType": {"type": "string", "title": "Issue Type", "order": 3, "choices": "issueTypes", "maxLength": 200,
    "description": "An id or a name."},
  "subIssueType": {"type": "string", "title": "Sub-Issue Type", "order": 4, "choices": "subIssueTypes", "maxLength": 200,
    "dependsOn": ["issueType"], "description": "An id or a name of the issue type's own list."},
  "workType": {"type": "string", "title": "Work Type", "order": 5, "choices": "workTypes", "maxLength": 200,
    "description": "A billing code for work, an id or a name."},
  "dueInHours": {"type": "integer", "title": "Due in hours", "order": 6, "minimum": 0, "maximum": 8760,
    "description": "When the ticket is due, if it has no date and time of its own. 0 leaves it to the ticket category."},
  "contract": {"type": "integer", "title": "Contract ID", "order": 7, "minimum": 0,
    "description": "Numeric id of the contract that the ticket belongs to."},
  "userDefinedFields": {"type": "object", "title": "User-defined fields", "order": 8,
    "additionalProperties": {"type": "string", "maxLength": 8000},
    "description": "Names and values of user-defined ticket fields, as Autotask has them. A date is written like 2026-11-24."}
}})";

// Autotask counts concurrent requests per integration code and entity and rejects the fourth; one is left for others.
// It counts requests per hour and database, which is not visible from outside: the API user belongs to one.
constexpr const char *limits = R"({
"instances": 2,
"concurrency": [
  {"max": 2, "limitKey": "Tickets", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "TicketNotes", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "TicketHistory", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "TimeEntries", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "DeletedTicketLogs", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "Resources", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "ResourceServiceDeskRoles", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "ResourceRoleQueues", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "ConfigurationItems", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "Companies", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "Contacts", "per": ["integrationCode"]},
  {"max": 2, "limitKey": "BillingCodes", "per": ["integrationCode"]}],
"requests": [{"max": 10000, "windowSeconds": 3600, "per": ["userName"]}]
})";

// Autotask ends every request after five minutes: after that a lost create has either created its ticket or never will.
// Nothing guarantees that a search finds a new ticket immediately.
constexpr const char *referencePart = R"({
"field": "externalID", "maxLength": 50, "findIsConsistent": false, "quietSeconds": 300
})";

constexpr const char *commonErrors = R"({"all": [
{"status": "auth", "httpStatus": 401, "title": "401 Unauthorized",
 "explanation": "API user email or secret is wrong. The email must end in @APIUSER.com. A wrong Integration Code, a wrong Zone URL or a locked or inactive user gives the same error.",
 "hint": "Correct it under Configure and click Test. In Autotask, check under Admin → Resources/Users (HR) that the user is active and not locked."},
{"status": "permission", "httpStatus": 403, "title": "403 Forbidden",
 "explanation": "The security level lacks permission for the endpoint.",
 "hint": "Use an API User (system) security level (or a clone of one), not a regular staff role."},
{"status": "auth", "httpStatus": 500, "vendorCode": "zoneInformation", "title": "500 on zone lookup",
 "explanation": "The zoneInformation call couldn't resolve the API user.",
 "hint": "Verify the email, or paste a Zone URL manually if your network blocks the zone lookup host. A new user may need five minutes."},
{"status": "unavailable", "httpStatus": 500, "vendorCode": "zoneInformation", "title": "500 on zone lookup, without a reason",
 "explanation": "The zoneInformation call couldn't resolve the API user, or failed itself; its response does not say which.",
 "hint": "Verify the email. If it is right, paste a Zone URL manually. It is also retried automatically."},
{"status": "rate_limited", "httpStatus": 429, "title": "429 Too Many Requests",
 "explanation": "Autotask allows three concurrent requests per integration code and kind of record, and 10,000 requests per hour for all integrations of a database together.",
 "hint": "Nothing to do: it is retried later."},
{"status": "invalid_ticket", "httpStatus": 500, "title": "500 with a reason",
 "explanation": "Autotask returns 500 whenever it rejects a value of a ticket; the text names the field.",
 "hint": "Correct the ticket or the ticket defaults, then retry it."}
]})";

/// The ticket defaults, including the default due time in hours.
Object::Ptr ticketDefaultsForm()
{
    constexpr std::string_view placeholder = "DUE_IN_HOURS";
    std::string json = ticketDefaults;
    json.replace(json.find(placeholder), placeholder.size(), std::to_string(defaultDueInHours));
    return descriptorPart(json);
}

/// Characters that a note needs beside its text: a reference of up to 40 in brackets, and the end of its line.
constexpr std::size_t referenceLength = 43;

} // namespace

std::string describeUpdates()
{
    psa::UpdateDescription about;
    about.noteMaxLength = noteLength - referenceLength;
    about.quietSeconds = 120;
    about.resolvedStatuses = {"Complete"};
    about.reopenedStatuses = {"In Progress", "New"};
    about.changes = {"status", "priority", "queue", "category", "assignee", "device"};
    return psa::updateDescription(about);
}

std::string descriptor(const std::string &id, const std::string &version)
{
    return makeDescriptor(
        id, version,
        {"Autotask",
         "Creates tickets in Datto Autotask PSA, adds notes to them, resolves and reopens them, through its REST API.",
         descriptorPart(configurationPart),
         ticketDefaultsForm(),
         descriptorPart(ticketFields),
         {"webservices.autotask.net", "webservices*.autotask.net", "prde.autotask.net", "pres.autotask.net"},
         limits,
         referencePart,
         commonErrors,
         true});
}

} // namespace psa::plugins::autotask
