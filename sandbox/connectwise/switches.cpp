#include "sandbox/connectwise/connectwise_sandbox.h"

namespace psa::sandbox::connectwise {

std::vector<SwitchInfo> switches()
{
    constexpr const char *yesNo = "true|false";
    return {
        idleSwitch(),
        {"companyinfo.unknown", "null", "null|404",
         "lookup of an unknown company: 200 with the body null, or an HTML 404"},
        {"codebase.alias", "true", yesNo, "v4_6_release maps to the tenant's version; false: it is a 404"},
        {"auth.wrongCompany", "route", "route|401",
         "keys with an unknown company: 400 \"Cannot route\", or the same as wrong keys"},
        {"auth.clientIdStatus", "400", "400|401", "status without a registered clientId"},
        {"auth.clientIdBody", "text", "text|json", "body of that response: plain text or an error document"},
        {"auth.refusal", "Unauthorized", "Unauthorized|keys|UserNotAuthenticated",
         "text of the 401 for wrong keys: Authentication failed., Incorrect public/private key, or "
         "UserNotAuthenticated"},
        {"access.systemInfo", "UserNotAuthenticated", "UserNotAuthenticated|Security",
         "system/info without permission: a 401, or the 403 of everything else"},
        {"list.tooLarge", "clip", "clip|reject", "a pageSize over 1000"},
        {"conditions.inactive", "accept", "accept|reject",
         "whether lists under a board support inactive and inactiveFlag in conditions"},
        {"ticket.inactiveValue", "reject", "reject|accept", "an inactive board, status, type, contact ... in a write"},
        {"ticket.uniqueExternalXRef", "false", yesNo, "a second ticket with the same externalXRef is rejected"},
        {"ticket.closeRequires", "none", "none|type|subType|item",
         "what a ticket needs before it is closed: nothing, a type, also a subtype, also an item"},
        {"ticket.workflow", "none", "none|revert",
         "a workflow rule that sets the status back after each change of it over the API"},
        {"note.movesTicket", "true", yesNo, "a new, changed or deleted note moves the lastUpdated of its ticket"},
        {"note.closedDiscussion", "accept", "accept|reject", "a note in the discussion of a closed ticket"},
        {"note.merged", "accept", "accept|reject", "a note of a ticket that was merged into another one"},
        {"time.shown", "true", yesNo,
         "a person's time entry is seen in the notes and the audit trail of the ticket, not only among time entries"},
        {"limit.threads", "0", "number", "concurrent requests per company and key; 0: no limit"},
        {"limit.perMinute", "0", "number", "calls per rolling minute; 0: no limit"},
        {"limit.retryAfter", "seconds", "seconds|date|none", "format of Retry-After in the 429 over a limit"},
        {"limit.wait", "30", "number", "the seconds in that Retry-After"},
    };
}

} // namespace psa::sandbox::connectwise
