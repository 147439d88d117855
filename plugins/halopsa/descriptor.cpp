#include "verbs.h"

#include "common/descriptor_parts.h"

namespace psa::plugins::halopsa {
namespace {

// The forms are written as JSON: they are data, and most readable that way. They use the terms of HaloPSA's pages.
constexpr const char *configurationPart = R"json({
"type": "object",
"description": "Create an API application in HaloPSA that logs in as an agent, and copy its Client ID and secret. Plan on 10 minutes.",
"required": ["tenantUrl", "clientId", "clientSecret"],
"properties": {
  "tenantUrl": {"type": "string", "title": "Tenant URL", "order": 1, "maxLength": 300,
    "placeholder": "https://acme.halopsa.com",
    "description": "The address at which you log in to HaloPSA. A HaloPSA on premises must also be listed in psa-host.toml by the operator of this host."},
  "clientId": {"type": "string", "title": "Client ID", "order": 2, "maxLength": 200,
    "description": "Of the application: in HaloPSA under Configuration → Integrations → HaloPSA API → View Applications, with the method Client ID and Secret (Services)."},
  "clientSecret": {"type": "string", "title": "Client secret", "order": 3, "secret": true, "maxLength": 500,
    "description": "Belongs to the Client ID. HaloPSA shows it only once, when the application is saved."},
  "tenant": {"type": "string", "title": "Tenant (optional)", "order": 4, "maxLength": 200,
    "blankMeans": "the one that HaloPSA names",
    "description": "Only if signing in fails without it: in HaloPSA under Configuration → Integrations → HaloPSA API → API Details."},
  "scope": {"type": "string", "title": "Scope", "order": 5, "maxLength": 500, "default": "all",
    "description": "Permissions to request, separated by spaces: all, or at least read:tickets edit:tickets read:customers. The application must have them."},
  "outcome": {"type": "string", "title": "Outcome for internal notes", "order": 6, "choices": "outcomes", "maxLength": 200,
    "blankMeans": "HaloPSA's own Internal Note",
    "description": "The action (outcome) with which internal notes are added; an id or a name. It must be allowed to the agent of the application."},
  "publicOutcome": {"type": "string", "title": "Outcome for public notes", "order": 7, "choices": "outcomes", "maxLength": 200,
    "blankMeans": "the first one that users see, and that neither sends an email nor changes the status",
    "description": "The action (outcome) with which notes for the customer are added; an id or a name."},
  "runRules": {"type": "boolean", "title": "Run rules", "order": 8, "default": false,
    "description": "Whether notes and changes of psa-host start HaloPSA's rules, which may send emails or change the ticket. Rules for new tickets always run."},
  "automation": {"type": "string", "title": "Automation", "order": 9, "maxLength": 1000,
    "placeholder": "Backup Connector, RMM",
    "description": "Names of API applications and agents whose changes are not the work of people, separated by commas. A ticket that only they have changed still counts as untouched."}
}})json";

constexpr const char *ticketDefaults = R"({
"type": "object",
"description": "A ticket type is required, the others are optional: HaloPSA's own defaults apply to what is blank here and in the ticket. A ticket's own values take precedence over these.",
"properties": {
  "ticketType": {"type": "string", "title": "Ticket type", "order": 1, "choices": "ticketTypes", "maxLength": 200,
    "blankMeans": "a ticket without a ticket type is rejected", "description": "Type of new tickets, an id or a name. HaloPSA requires one."},
  "company": {"type": "string", "title": "Default client", "order": 2, "choices": "companies", "maxLength": 200,
    "blankMeans": "a ticket without a company is rejected", "description": "For tickets without a company: the id or name of a client."},
  "queue": {"type": "string", "title": "Team", "order": 3, "choices": "teams", "maxLength": 200,
    "blankMeans": "the team of the ticket type", "description": "The team for new tickets, an id or a name."},
  "status": {"type": "string", "title": "Status", "order": 4, "choices": "statuses", "dependsOn": ["ticketType"], "maxLength": 200,
    "blankMeans": "the initial status of the ticket type", "description": "Status of new tickets, an id or a name; the ticket type must allow it."},
  "priority": {"type": "string", "title": "Priority", "order": 5, "choices": "priorities", "dependsOn": ["ticketType"], "maxLength": 200,
    "blankMeans": "HaloPSA's default priority", "description": "Priority of new tickets, an id or a name of the SLA of the ticket type. A ticket type without an SLA has no priorities."},
  "category": {"type": "string", "title": "Category 1", "order": 6, "choices": "categories", "maxLength": 200,
    "blankMeans": "HaloPSA's default category", "description": "Category of new tickets with its path, such as Hardware>Laptop, or an id."},
  "assignee": {"type": "string", "title": "Agent", "order": 7, "choices": "agents", "maxLength": 200,
    "blankMeans": "nobody; HaloPSA's rules may assign it", "description": "The agent who works on new tickets: an id, a name or an email address."}
}})";

constexpr const char *ticketFields = R"({
"type": "object",
"description": "Fields that only HaloPSA has.",
"properties": {
  "ticketType": {"type": "string", "title": "Ticket type", "order": 1, "choices": "ticketTypes", "maxLength": 200,
    "description": "An id or a name."},
  "site": {"type": "string", "title": "Site", "order": 2, "choices": "sites", "dependsOn": ["company"], "maxLength": 200,
    "description": "An id or a name of the client's sites. Blank means the site of the contact."},
  "category2": {"type": "string", "title": "Category 2", "order": 3, "choices": "categories2", "maxLength": 200,
    "description": "A category with its path, or an id."},
  "category3": {"type": "string", "title": "Category 3", "order": 4, "choices": "categories3", "maxLength": 200,
    "description": "A category with its path, or an id."},
  "category4": {"type": "string", "title": "Category 4", "order": 5, "choices": "categories4", "maxLength": 200,
    "description": "A category with its path, or an id."},
  "customFields": {"type": "object", "title": "Custom fields", "order": 6,
    "additionalProperties": {"type": "string", "maxLength": 8000},
    "description": "Ids or names and values of custom ticket fields. Dates like 2026-11-24, true and false are sent as such; a choice is named by its label or its id."}
}})";

// All integrations of a tenant share the limit. Older descriptions of it have lower numbers: the operator can lower the
// share of a connection.
constexpr const char *limits = R"({
"instances": 2,
"requests": [{"max": 700, "windowSeconds": 300, "per": ["tenantUrl"]}]
})";

// What was accepted appeared after seconds, once after minutes. The length of the field is not published.
constexpr const char *referencePart = R"({
"field": "third_party_id_string", "maxLength": 100, "findIsConsistent": false, "quietSeconds": 300
})";

constexpr const char *commonErrors = R"({"all": [
{"status": "auth", "httpStatus": 400, "title": "400 on the sign-in",
 "explanation": "HaloPSA rejected the sign-in: the Client ID, Client secret, Tenant or Scope is wrong, or the application belongs to another tenant.",
 "hint": "Correct it under Configure and click Test. In HaloPSA, check under Configuration → Integrations → HaloPSA API → View Applications that the application is active and uses the method Client ID and Secret (Services)."},
{"status": "auth", "httpStatus": 401, "title": "401 Unauthorized",
 "explanation": "The Client ID or Client secret is wrong, or HaloPSA does not accept the token that it has issued: the application has no agent, or its agent is disabled.",
 "hint": "Check the application and its agent in HaloPSA, then click Test."},
{"status": "invalid_config", "httpStatus": 404, "title": "404 on /auth/token",
 "explanation": "There is no HaloPSA at the Tenant URL.",
 "hint": "Enter the address at which you log in, such as https://acme.halopsa.com."},
{"status": "permission", "httpStatus": 403, "title": "403 Forbidden",
 "explanation": "The permissions of the application or the rights of its agent do not suffice; both count.",
 "hint": "Give the application the permissions all, or read:tickets, edit:tickets and read:customers, and its agent the right to add and edit tickets, and every team."},
{"status": "invalid_ticket", "httpStatus": 400, "title": "400 with a reason",
 "explanation": "HaloPSA rejects a value of the ticket, or the ticket type demands one that is missing.",
 "hint": "Correct the ticket or the ticket defaults, then retry it."},
{"status": "rate_limited", "httpStatus": 429, "title": "429 Too Many Requests",
 "explanation": "The tenant's limit of 700 requests in 5 minutes is used up; all integrations share it.",
 "hint": "Nothing to do: it is retried after a minute or more."}
]})";

} // namespace

std::string descriptor(const std::string &id, const std::string &version)
{
    return makeDescriptor(id, version,
                          {"HaloPSA",
                           "Creates and updates tickets in HaloPSA through its REST API.",
                           descriptorPart(configurationPart),
                           descriptorPart(ticketDefaults),
                           descriptorPart(ticketFields),
                           {"*.halopsa.com", "*.haloservicedesk.com", "*.haloitsm.com"},
                           limits,
                           referencePart,
                           commonErrors,
                           true});
}

} // namespace psa::plugins::halopsa
