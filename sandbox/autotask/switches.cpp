#include "sandbox/autotask/autotask_sandbox.h"

namespace psa::sandbox::autotask {
namespace {

constexpr const char *yesNo = "true|false";

const std::vector<SwitchInfo> allSwitches{
    idleSwitch(),
    {"http.maxUrl", "2048", "number", "a GET with a longer URL is answered with an HTML 404; 0: no limit"},
    {"zone.login", "false", yesNo, "the zone lookup requires credentials"},
    {"zone.wrongZone", "401", "401|empty", "valid credentials at another zone's host: 401, or 200 with an empty body"},
    {"version.v2", "true", yesNo, "VersionInformation lists V2.0, which serves nothing"},
    {"auth.lockAfter", "10", "number", "consecutive failed logins that lock the user; 0: never"},
    {"auth.wrongCode", "401", "401|500",
     "a wrong tracking identifier: empty 401, or 500 \"IntegrationCode is invalid\""},
    {"access.refusal", "500", "500|403", "status when the user lacks permission"},
    {"access.type", "text", "text|number", "userAccessFor* as \"All\" or as 1"},
    {"errors.recordNumber", "1", "0|1|none", "n in \"on record number [n]\"; none: without it"},
    {"errors.missing", "Missing Required Field", "Missing Required Field|Attribute", "error text for a missing field"},
    {"get.missing", "null", "null|404", "GET of an id that does not exist: 200 with a null item, or 404"},
    {"dates.zulu", "true", yesNo, "dates end with Z"},
    {"metadata.name", "entity", "entity|collection", "info.name is \"Ticket\" or \"Tickets\""},
    {"metadata.parentField", "issueType", "issueType|IssueType", "how picklistParentValueField is written"},
    {"query.topLevel", "and", "and|or", "how the conditions of the outermost list are joined"},
    {"query.textCase", "insensitive", "insensitive|sensitive", "whether case matters when texts are compared"},
    {"ticket.overLength", "reject", "reject|truncate", "a text that is too long"},
    {"ticket.nulls", "ignore", "ignore|reject", "an explicit null in a create"},
    {"ticket.readOnly", "ignore", "ignore|reject", "a read-only field in a write"},
    {"ticket.inactiveValue", "reject", "reject|accept", "an inactive picklist value in a write"},
    {"ticket.inactiveCompany", "reject", "reject|accept", "a ticket for an inactive company"},
    {"ticket.otherContact", "reject", "reject|accept", "a contact of another company"},
    {"ticket.contactRequired", "false", yesNo, "the tenant requires a contact on every ticket"},
    {"ticket.workTypeRequired", "false", yesNo, "the tenant requires billingCodeID on every ticket"},
    {"ticket.requiredUdf", "false", yesNo, "a required user-defined field is required over the API too"},
    {"ticket.uniqueExternalID", "false", yesNo, "a second ticket with the same externalID is rejected"},
    {"ticket.itemIdText", "false", yesNo, "itemId is a string of digits"},
    {"ticket.patch", "200", "200|404", "a PATCH of the collection works, or gets an HTML 404"},
    {"ticket.resolutionRequired", "false", yesNo, "a ticket cannot be completed over the API without a resolution"},
    {"note.descriptionQueryable", "true", yesNo, "queries of notes can use the description"},
    {"read.lagMs", "0", "number", "how long readers do not see what was written (on the sandbox's clock); 0: no lag"},
    {"read.lagOf", "queries", "queries|everything",
     "what lags: new records in queries and lists, or changes and reads by id too"},
    {"rule.delayMs", "0", "number",
     "how long the following rules wait (on the sandbox's clock, until the next request)"},
    {"rule.noteStatus", "0", "number", "id of the status that a workflow rule sets when a note is added; 0: none"},
    {"rule.revertStatus", "false", yesNo, "a workflow rule sets a status back that was changed over the API"},
    {"rule.systemNotes", "false", yesNo, "a workflow rule and a notification leave notes after each write"},
    {"merge.number", "true", yesNo, "the note of a merged ticket has the number of the ticket that it was merged into"},
    {"limit.threads", "3", "number", "concurrent requests per tracking identifier and entity; 0: no limit"},
    {"limit.threadStatus", "429", "429|500|503", "status of a request over limit.threads"},
    {"limit.retryAfter", "0", "number", "Retry-After in seconds of a response over a limit; 0: no such header"},
    {"limit.hourly", "10000", "number", "calls per rolling hour"},
    {"limit.enforced", "false", yesNo, "calls over limit.hourly are rejected"},
    {"limit.hourlyAnswer", "429", "429|500", "that rejection: 429 with errors, or an HTML 500"},
    {"limit.latencyMs", "0", "number", "latency added to each response above 50 % of limit.hourly, doubled above 75 %"},
};

} // namespace

std::vector<SwitchInfo> switches()
{
    return allSwitches;
}

} // namespace psa::sandbox::autotask
