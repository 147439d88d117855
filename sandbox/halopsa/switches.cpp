#include "sandbox/halopsa/halopsa_sandbox.h"

namespace psa::sandbox::halopsa {
namespace {

constexpr const char *yesNo = "true|false";

std::vector<SwitchInfo> loginSwitches()
{
    return {
        idleSwitch(),
        {"host.wrong", "404", "404|page",
         "a request to another host: an HTML 404, or the HTML page of a web application"},
        {"authinfo", "full", "full|noTenant|404|otherHost",
         "the discovery document: complete, without the tenant, missing, or with an authorization server on a host of "
         "its "
         "own, which is then the only one"},
        {"token.refusal", "400", "400|401", "status of a token request with wrong credentials"},
        {"token.tenant", "optional", "optional|required", "whether a token request must name the tenant"},
        {"token.expiresIn", "3600", "number", "the seconds in expires_in"},
        {"token.validFor", "0", "number", "the seconds for which a token is really valid; 0: those in expires_in"},
        {"token.extras", "false", yesNo, "a token comes with a refresh_token and an id_token"},
        {"token.bakedRights", "false", yesNo,
         "a token keeps the agent's permissions of the time at which it was issued"},
        {"errors.shape", "exception",
         "exception|result|Message|error|oauth|errors|errorObjects|message|detail|array|string|text",
         "form of error responses"},
        {"errors.status", "400", "400|500", "status when a value of a write is rejected"},
        {"access.lists", "empty", "empty|403", "a list that the agent lacks permission for: empty, or rejected"},
        {"access.ticket", "400", "400|403|404", "status of \"Ticket not found, or you do not have access\""},
        {"agent.teams", "true", yesNo, "the API agent belongs to teams; otherwise its lists are empty"},
    };
}

std::vector<SwitchInfo> readSwitches()
{
    return {
        {"list.reference", "true", yesNo, "the tickets of a list have third_party_id_string"},
        {"list.filter", "honoured", "honoured|ignored", "filters by third_party_id_string and supplier reference"},
        {"list.odd", "none", "none|null|cut|repeated|uncounted",
         "an odd list of tickets: null, without its last row, with the last row of the page before it, or without "
         "record_count"},
        {"list.pageSize", "100", "number", "the largest page_size; a larger one is clipped"},
        {"actions.filter", "honoured", "honoured|ignored", "the filter of actions by ticket_id"},
        {"dates.empty", "1899", "1899|1900|null", "what stands for no date: 1899-12-30, 1900-01-01, or null"},
        {"dates.actionOffset", "0", "number",
         "the minutes by which the times of actions are ahead of UTC: those of the tenant's zone"},
        {"ticket.padding", "0", "number", "bytes that each ticket in a response has in addition"},
        {"note.shown", "exact", "exact|trailing|preamble|glued",
         "the text of a note as read: as written, with a trailing line end, after a preamble, or without line ends"},
        {"read.lagMs", "0", "number",
         "how long readers do not see what was written (on the sandbox's clock); 0: no lag"},
        {"read.lagOf", "queries", "queries|everything",
         "what lags: new records in lists, or changes and reads by id too"},
    };
}

std::vector<SwitchInfo> writeSwitches()
{
    return {
        {"ticket.createStatus", "201", "201|200", "status of a successful write"},
        {"ticket.createBody", "object", "object|array", "its body for one ticket: the ticket, or an array with it"},
        {"ticket.changeAnswer", "new", "new|old", "the response to a change shows the ticket after it, or before it"},
        {"ticket.wrongPriority", "ignore", "ignore|reject", "a priority that the SLA of the ticket does not have"},
        {"ticket.unknownValue", "reject", "reject|ignore",
         "an id or name in a write that the tenant does not have, that is inactive, or that the type does not allow"},
        {"ticket.unfit", "reject", "reject|accept", "a site, user or asset of another client in a write"},
        {"ticket.mandatory", "none", "none|details|category_1|user_id|deadlinedate",
         "a field that every type makes mandatory, unless a write has _novalidate"},
        {"ticket.closeRequires", "none", "none|category_1|user_id",
         "what a ticket needs before it is closed over the API, unless the write has _novalidate"},
        {"ticket.uniqueReference", "false", yesNo, "a second ticket with the same third_party_id_string is rejected"},
        {"ticket.assets", "replace", "replace|add", "the assets of a change replace those of the ticket"},
        {"ticket.pendingClosure", "false", yesNo, "a ticket that is closed over the API is pending closure instead"},
        {"ticket.hasBeenClosed", "clears", "clears|stays", "hasbeenclosed of a ticket that is opened again"},
        {"ticket.delete", "soft", "soft|hard", "a deleted ticket can still be read, with deleted: true, or cannot"},
        {"action.refusal", "400", "400|403", "status when the agent may not use an outcome"},
        {"status.action", "true", yesNo, "a change of the status makes an action; otherwise only the audit shows it"},
        {"rule.noteStatus", "0", "number", "id of the status that a rule sets when a note is added; 0: none"},
        {"rule.revertStatus", "false", yesNo, "a rule sets a status back that was changed over the API"},
        {"limit.requests", "700", "number", "requests in five minutes"},
        {"limit.enforced", "false", yesNo, "requests over limit.requests are rejected"},
        {"limit.threads", "0", "number", "concurrent requests; 0: no limit"},
        {"limit.retryAfter", "0", "number", "Retry-After in seconds of a response over a limit; 0: no such header"},
    };
}

} // namespace

std::vector<SwitchInfo> switches()
{
    std::vector<SwitchInfo> all = loginSwitches();
    for (const auto &more : {readSwitches(), writeSwitches()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace psa::sandbox::halopsa
