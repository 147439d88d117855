#include "verbs.h"

#include "common/descriptor_parts.h"

namespace psa::plugins::connectwise {
namespace {

// The forms are written as JSON: they are data, and most readable that way. They use the terms of ConnectWise's pages.
constexpr const char *configurationPart = R"({
"type": "object",
"description": "Create an API member in ConnectWise, generate a key pair for it and get a Client ID. Plan on 10 minutes.",
"required": ["siteUrl", "companyId", "publicKey", "privateKey", "clientId"],
"properties": {
  "siteUrl": {"type": "string", "title": "Site URL", "order": 1, "maxLength": 300,
    "placeholder": "https://na.myconnectwise.net",
    "description": "The address at which you log in to ConnectWise. A ConnectWise on premises must also be listed in psa-host.toml by the operator of this host."},
  "companyId": {"type": "string", "title": "Company ID", "order": 2, "maxLength": 100,
    "placeholder": "examplemsp",
    "description": "The company that you enter when you log in to ConnectWise."},
  "publicKey": {"type": "string", "title": "Public Key", "order": 3, "maxLength": 200,
    "description": "Public key of the API member: in ConnectWise under System → Members → API Members, on its API Keys tab."},
  "privateKey": {"type": "string", "title": "Private Key", "order": 4, "secret": true, "maxLength": 200,
    "description": "Belongs to the Public Key. ConnectWise shows it only once, when the key is saved."},
  "clientId": {"type": "string", "title": "Client ID", "order": 5, "secret": true, "maxLength": 200,
    "description": "Identifies this integration to ConnectWise: create one at developer.connectwise.com. Treat it like a password."},
  "automationMembers": {"type": "string", "title": "Automation members", "order": 6, "maxLength": 1000,
    "placeholder": "rmmsync, zadmin",
    "description": "Identifiers of members whose changes are not the work of people, separated by commas: other integrations, and the name under which your workflow rules change tickets. A ticket that only they have changed still counts as untouched."}
}})";

constexpr const char *ticketDefaults = R"({
"type": "object",
"description": "All optional: ConnectWise's own defaults apply to what is blank here and in the ticket. A ticket's own values take precedence over these.",
"properties": {
  "queue": {"type": "string", "title": "Board", "order": 1, "choices": "boards", "maxLength": 200,
    "blankMeans": "ConnectWise's default board", "description": "The service board for new tickets, an id or a name."},
  "status": {"type": "string", "title": "Status", "order": 2, "choices": "statuses", "dependsOn": ["queue"], "maxLength": 200,
    "blankMeans": "the board's default status", "description": "Status of new tickets, an id or a name of the board's own list."},
  "category": {"type": "string", "title": "Type", "order": 3, "choices": "types", "dependsOn": ["queue"], "maxLength": 200,
    "blankMeans": "the board's default type", "description": "Type of new tickets, an id or a name of the board's own list."},
  "priority": {"type": "string", "title": "Priority", "order": 4, "choices": "priorities", "maxLength": 200,
    "blankMeans": "ConnectWise's default priority", "description": "Priority of new tickets, an id or a name."},
  "company": {"type": "string", "title": "Default company", "order": 5, "choices": "companies", "maxLength": 200,
    "blankMeans": "a ticket without a company is rejected",
    "description": "For tickets without a company: an id, a company's identifier or its name."},
  "assignee": {"type": "string", "title": "Owner", "order": 6, "choices": "members", "maxLength": 200,
    "blankMeans": "nobody; ConnectWise's rules may assign it", "description": "The member who owns new tickets: an id, an identifier or a name."},
  "source": {"type": "string", "title": "Source", "order": 7, "choices": "sources", "maxLength": 200,
    "blankMeans": "ConnectWise's default source", "description": "Where tickets come from, such as Monitoring; an id or a name."}
}})";

constexpr const char *ticketFields = R"({
"type": "object",
"description": "Fields that only ConnectWise has.",
"properties": {
  "source": {"type": "string", "title": "Source", "order": 1, "choices": "sources", "maxLength": 200,
    "description": "Where the ticket comes from; an id or a name."},
  "subType": {"type": "string", "title": "Sub-Type", "order": 2, "choices": "subTypes", "maxLength": 200,
    "dependsOn": ["queue", "category"], "description": "An id or a name of the board's own list; it must belong to the type."},
  "item": {"type": "string", "title": "Item", "order": 3, "choices": "items", "maxLength": 200,
    "dependsOn": ["queue", "category", "subType"], "description": "An id or a name of the board's own list; it must belong to type and sub-type."},
  "team": {"type": "string", "title": "Team", "order": 4, "choices": "teams", "maxLength": 200,
    "dependsOn": ["queue"], "description": "An id or a name of the board's own teams."},
  "location": {"type": "string", "title": "Location", "order": 5, "choices": "locations", "maxLength": 200,
    "description": "Where the service is done, such as On-Site or Remote; an id or a name."},
  "severity": {"type": "string", "title": "Severity", "order": 6, "enum": ["Low", "Medium", "High"],
    "description": "Low, Medium or High."},
  "impact": {"type": "string", "title": "Impact", "order": 7, "enum": ["Low", "Medium", "High"],
    "description": "Low, Medium or High."},
  "agreement": {"type": "integer", "title": "Agreement ID", "order": 8, "minimum": 1,
    "description": "Numeric id of the agreement that the ticket belongs to."},
  "contactName": {"type": "string", "title": "Contact name", "order": 9, "maxLength": 62,
    "description": "Name of a person who is not a contact in ConnectWise."},
  "contactPhone": {"type": "string", "title": "Contact phone", "order": 10, "maxLength": 20,
    "description": "Phone number of the contact."},
  "contactEmail": {"type": "string", "title": "Contact email", "order": 11, "maxLength": 250,
    "description": "Email address of the contact."},
  "poNumber": {"type": "string", "title": "PO Number", "order": 12, "maxLength": 50,
    "description": "The customer's purchase order."},
  "internalNote": {"type": "string", "title": "Internal note", "order": 13, "maxLength": 50000, "multiline": true,
    "description": "Becomes the first internal analysis, which customers do not see."},
  "notify": {"type": "boolean", "title": "Notify", "order": 14,
    "description": "False creates the ticket without ConnectWise's notifications."},
  "customFields": {"type": "object", "title": "Custom fields", "order": 15,
    "additionalProperties": {"type": "string", "maxLength": 8000},
    "description": "Numeric ids and values of custom ticket fields. Numbers, dates like 2026-11-24, true and false are sent as such."}
}})";

// No number is official. Twelve concurrent requests are known to be rejected and four to be accepted; they are counted
// per API member.
constexpr const char *limits = R"({
"instances": 2,
"concurrency": [{"max": 4, "per": ["companyId", "publicKey"]}]
})";

// It is not documented how long ConnectWise continues a create whose connection is lost, nor that a search finds a new
// ticket immediately.
constexpr const char *referencePart = R"({
"field": "externalXRef", "maxLength": 100, "findIsConsistent": false, "quietSeconds": 300
})";

constexpr const char *commonErrors = R"({"all": [
{"status": "auth", "httpStatus": 401, "title": "401 Unauthorized",
 "explanation": "Company ID, Public Key or Private Key is wrong, or the API member is inactive. ConnectWise does not say which.",
 "hint": "Correct it under Configure and click Test. In ConnectWise, check under System → Members → API Members that the member is active and the key still exists."},
{"status": "auth", "httpStatus": 400, "title": "400 with clientId",
 "explanation": "The Client ID is missing, mistyped or not registered. ConnectWise requires it with every request.",
 "hint": "Copy the Client ID from developer.connectwise.com and paste it under Configure."},
{"status": "auth", "vendorCode": "companyinfo", "title": "Unknown company",
 "explanation": "The site does not know the Company ID.",
 "hint": "Enter it as you do when you log in, and check the Site URL: each company is on one site."},
{"status": "permission", "httpStatus": 403, "title": "403 Forbidden",
 "explanation": "The API member's security role lacks a right.",
 "hint": "Under System → Security Roles, give the role Service Desk > Service Tickets: Add, Edit, Inquire All; Service Desk > Close Service Tickets: Edit All; Companies > Company Maintenance: Inquire All; System > Table Setup: Inquire."},
{"status": "invalid_ticket", "httpStatus": 400, "title": "400 with a reason",
 "explanation": "ConnectWise rejects a value of the ticket and names the field. Status, type, sub-type, item and team belong to a board: those of another board are not found.",
 "hint": "Correct the ticket or the ticket defaults, then retry it."},
{"status": "rate_limited", "httpStatus": 429, "title": "429 Too Many Requests",
 "explanation": "ConnectWise accepts no more requests for now; its rate limits are not published.",
 "hint": "Nothing to do: it is retried after 30 seconds or more."}
]})";

} // namespace

std::string descriptor(const std::string &id, const std::string &version)
{
    return makeDescriptor(id, version,
                          {"ConnectWise",
                           "Creates and updates tickets in ConnectWise PSA (Manage) through its REST API.",
                           descriptorPart(configurationPart),
                           descriptorPart(ticketDefaults),
                           descriptorPart(ticketFields),
                           {"*.myconnectwise.net", "staging.connectwisedev.com", "api-staging.connectwisedev.com"},
                           limits,
                           referencePart,
                           commonErrors,
                           true});
}

} // namespace psa::plugins::connectwise
