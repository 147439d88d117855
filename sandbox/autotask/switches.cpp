#include "sandbox/autotask/switches.h"

namespace psa::sandbox::autotask {

std::vector<SwitchInfo> switches()
{
    constexpr const char *yesNo = "true|false";
    return {
        idleSwitch(),
        {"http.maxUrl", "2048", "number", "a GET with a longer URL is answered with an HTML 404; 0: no limit"},
        {"zone.login", "false", yesNo, "the zone look-up wants credentials"},
        {"zone.wrongZone", "401", "401|empty",
         "good credentials at another zone's host: 401, or 200 with an empty body"},
        {"version.v2", "true", yesNo, "VersionInformation lists V2.0, which serves nothing"},
        {"auth.lockAfter", "10", "number", "failed logins in a row that lock the user; 0: never"},
        {"auth.wrongCode", "401", "401|500",
         "a wrong tracking identifier: empty 401, or 500 \"IntegrationCode is invalid\""},
        {"access.refusal", "500", "500|403", "status when the user may not do it"},
        {"access.type", "text", "text|number", "userAccessFor* as \"All\" or as 1"},
        {"errors.recordNumber", "1", "0|1|none", "n in \"on record number [n]\"; none: without it"},
        {"errors.missing", "Missing Required Field", "Missing Required Field|Attribute",
         "which text names a missing field"},
        {"get.missing", "null", "null|404", "GET of an id that is not there: 200 with a null item, or 404"},
        {"dates.zulu", "true", yesNo, "dates end with Z"},
        {"metadata.name", "entity", "entity|collection", "info.name is \"Ticket\" or \"Tickets\""},
        {"metadata.parentField", "issueType", "issueType|IssueType", "how picklistParentValueField is written"},
        {"query.topLevel", "and", "and|or", "how the conditions of the outermost list are joined"},
        {"query.textCase", "insensitive", "insensitive|sensitive", "whether case matters when texts are compared"},
        {"ticket.overLength", "reject", "reject|truncate", "a text over its length"},
        {"ticket.nulls", "ignore", "ignore|reject", "an explicit null in a create"},
        {"ticket.readOnly", "ignore", "ignore|reject", "a read-only field in a write"},
        {"ticket.inactiveValue", "reject", "reject|accept", "an inactive pick-list value in a write"},
        {"ticket.inactiveCompany", "reject", "reject|accept", "a ticket for an inactive company"},
        {"ticket.otherContact", "reject", "reject|accept", "a contact of another company"},
        {"ticket.contactRequired", "false", yesNo, "the tenant wants a contact on every ticket"},
        {"ticket.workTypeRequired", "false", yesNo, "the tenant wants billingCodeID on every ticket"},
        {"ticket.requiredUdf", "false", yesNo, "a required user-defined field is required over the API too"},
        {"ticket.uniqueExternalID", "false", yesNo, "a second ticket with the same externalID is refused"},
        {"ticket.itemIdText", "false", yesNo, "itemId is a text of digits"},
        {"ticket.patch", "200", "200|404", "a PATCH of the collection works, or meets an HTML 404"},
        {"limit.threads", "3", "number", "requests at once for one tracking identifier and entity; 0: no limit"},
        {"limit.threadStatus", "429", "429|500|503", "status of the request over it"},
        {"limit.retryAfter", "0", "number", "seconds in Retry-After of a refusal for limits; 0: no such header"},
        {"limit.hourly", "10000", "number", "calls in a rolling hour"},
        {"limit.enforced", "false", yesNo, "calls over limit.hourly are refused"},
        {"limit.hourlyAnswer", "429", "429|500", "the refusal: 429 with errors, or an HTML 500"},
        {"limit.latencyMs", "0", "number",
         "added to each answer above half of limit.hourly, twice above three quarters"},
    };
}

} // namespace psa::sandbox::autotask
