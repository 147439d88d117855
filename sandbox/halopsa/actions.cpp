#include "sandbox/common/dates.h"
#include "sandbox/common/fingerprint.h"
#include "sandbox/halopsa/handlers.h"
#include "sandbox/halopsa/listing.h"
#include "sandbox/halopsa/representation.h"
#include "sandbox/halopsa/ticket_rules.h"
#include "sandbox/halopsa/write_values.h"

#include <algorithm>

namespace psa::sandbox::halopsa {
namespace {

/// Actions have a number within their ticket; this is the key of the row with it.
std::int64_t keyOf(const Core &core, std::int64_t ticket, std::int64_t number)
{
    for (const auto &[key, row] : core.rows.table(actionTable))
        if (idIn(*row.values, "ticket_id") == ticket && idIn(*row.values, "id") == number)
            return key;
    return 0;
}

/// The action that the request names by its number and its ticket.
Row &requireAction(const Call &call)
{
    std::int64_t ticket = 0;
    toInteger(call.request.parameter("ticket_id"), ticket);
    const std::int64_t key = keyOf(call.core, ticket, call.id);
    if (key == 0)
        throw ApiError{404, ""};
    return call.core.rows.table(actionTable).at(key);
}

/// The outcome that a write names by number or name; null if there is none.
const Row *outcomeIn(const Core &core, const Object &body)
{
    const std::int64_t id = integerIn(body, "outcome_id");
    const std::string name = textMember(body, "outcome");
    for (const auto &[key, row] : core.rows.table("Outcome"))
        if (id != 0 ? key == id : !name.empty() && equalNoCase(textIn(row, "outcome"), name))
            return &row;
    return nullptr;
}

/// The outcome, which the API agent may use for this ticket. Throws ApiError.
const Row &requireOutcome(const Core &core, const Object &body, const Object &ticket)
{
    const Row *outcome = outcomeIn(core, body);
    if (outcome == nullptr)
        throw invalid(core.switches, "An Outcome must be entered for this Action");
    if (flag(*outcome->values, "_refused") || !listHas(*outcome->values, "_types", idIn(ticket, "tickettype_id")))
        throw ApiError{static_cast<int>(core.switches.number("action.refusal")),
                       "You do not have access to this Action at the moment"};
    return *outcome;
}

/// The text of a note; the service makes it from the HTML, if there is any.
std::string noteIn(const Object &body)
{
    const std::string html = textMember(body, "note_html");
    return html.empty() ? textMember(body, "note") : withoutTags(html);
}

/// The status that the action leads to: the outcome's own, or the wanted one if the outcome permits it; 0 for none.
std::int64_t statusAfter(const Row &outcome, const Object &body)
{
    if (idIn(*outcome.values, "newstatus") > 0)
        return idIn(*outcome.values, "newstatus");
    return flag(*outcome.values, "_changesStatus") ? std::max<std::int64_t>(integerIn(body, "new_status"), 0) : 0;
}

bool mails(const Row &outcome, const Object &body)
{
    const Var wanted = booleanIn(body, "sendemail");
    const bool sends = wanted.isEmpty() ? flag(*outcome.values, "sendemail") : wanted.convert<bool>();
    return sends && !flag(*outcome.values, "hidesendemail");
}

void setStatus(const Core &core, std::int64_t ticket, std::int64_t status)
{
    Object::Ptr values = valuesOf(core, ticket);
    const std::string before = textOf(core.rows, "Status", idIn(*values, "status_id"));
    values->set("status_id", status);
    applyStatus(core, *values);
    store(core, ticket, values);
    audit(core, ticket, "status_id", before, textOf(core.rows, "Status", status));
}

const Row &createAction(const Core &core, const Object &body)
{
    core.require(actionTable, "create");
    const std::int64_t ticket = integerIn(body, "ticket_id");
    if (ticket == 0)
        throw ApiError{400, ""};
    const Object values = *requireTicket(core, ticket).values;
    const Row &outcome = requireOutcome(core, body, values);
    const std::int64_t before = idIn(values, "status_id");
    const std::int64_t status = statusAfter(outcome, body);
    const bool moves = status != 0 && status != before;
    const bool hidden = isTrue(body, "hiddenfromuser") || flag(*outcome.values, "hidefromuser");
    Row &row = addAction(core, ticket,
                         {textIn(outcome, "outcome"), idIn(*outcome.values, "id"), noteIn(body), hidden, 0,
                          moves ? before : 0, moves ? status : 0});
    for (const char *text : {"note_html", "emailto", "emailsubject"})
        if (const Var value = member(body, text); !value.isEmpty())
            row.values->set(text, readText(text, value));
    if (mails(outcome, body))
        core.journal.notifications.push_back({ticket, "note", core.request});
    row.values->set("sendemail", mails(outcome, body));
    if (moves)
        setStatus(core, ticket, status);
    const std::int64_t ruled = core.switches.number("rule.noteStatus");
    if (ruled != 0 && !isTrue(body, "dont_do_rules"))
        setStatusByRule(core, ticket, ruled);
    return row;
}

/// Changes the text or the visibility of an action.
const Row &changeAction(const Core &core, const Object &body, std::int64_t number)
{
    core.require(actionTable, "update");
    const std::int64_t ticket = integerIn(body, "ticket_id");
    requireTicket(core, ticket);
    const std::int64_t key = keyOf(core, ticket, number);
    if (key == 0)
        throw ApiError{404, ""};
    Row &row = core.rows.table(actionTable).at(key);
    Object::Ptr changed = copy(*row.values);
    if (!member(body, "note").isEmpty() || !member(body, "note_html").isEmpty())
        changed->set("note", noteIn(body));
    if (const Var hidden = booleanIn(body, "hiddenfromuser"); !hidden.isEmpty())
        changed->set("hiddenfromuser", hidden);
    row.replace(changed, core.now + core.lag);
    return row;
}

bool showsAction(const Call &call, const Object &action)
{
    const bool ofTicket = call.core.switches.is("actions.filter", "ignored") ||
                          selects(call.request, "ticket_id", action.get("ticket_id"));
    return ofTicket && !(isAsked(call.request, "excludesys") && idIn(action, "action_systemid") != 0) &&
           !(isAsked(call.request, "agentonly") && idIn(action, "actionby_agent_id") == 0);
}

} // namespace

Row &addAction(const Core &core, std::int64_t ticket, const ActionValues &values)
{
    constexpr std::int64_t byAgent = 1;
    constexpr std::int64_t byUser = 0;
    Object::Ptr action = newObject();
    action->set("ticket_id", ticket);
    action->set("guid", randomSecret());
    action->set("outcome", values.outcome);
    action->set("outcome_id", values.outcomeId);
    action->set("who", core.actor.name);
    action->set("who_type", core.actor.user != 0 ? byUser : byAgent);
    action->set("who_agentid", core.actor.agent);
    for (const char *date : {"datetime", "actiondatecreated"})
        action->set(date, toMillis(core.now));
    action->set("note", values.note);
    action->set("hiddenfromuser", values.hidden);
    action->set("sendemail", false);
    action->set("old_status", values.oldStatus);
    action->set("new_status", values.newStatus);
    action->set("timetaken", values.hours);
    action->set("actionby_application_id", core.actor.application);
    action->set("actionby_agent_id", core.actor.agent);
    action->set("actionby_user_id", core.actor.user);
    action->set("action_systemid", values.system);
    action->set("merged_from_ticketid", values.mergedFrom);
    const std::int64_t key = core.rows.insert(actionTable, core.row(action));
    action->set("id", ++core.journal.lastActions[ticket]); // instead of the key
    Object::Ptr touched = valuesOf(core, ticket);
    touched->set("lastactiondate", toMillis(core.now));
    store(core, ticket, touched);
    return core.rows.table(actionTable).at(key);
}

Answer listActions(const Call &call)
{
    const Core &core = call.core;
    const auto rows = newestFirst(core, actionTable, [&](std::int64_t, const Object &action) {
        return showsAction(call, action) ? actionOnWire(core, action) : Object::Ptr();
    });
    std::int64_t ticket = 0;
    toInteger(call.request.parameter("ticket_id"), ticket);
    Object::Ptr body = pageOf(pageIn(call.request, core.switches), "actions", rows);
    body->set("ticket_id", ticket);
    return json(200, body);
}

Answer getAction(const Call &call)
{
    call.core.require(actionTable, "query");
    const Row &row = requireAction(call);
    if (row.readableFrom > call.core.now)
        throw ApiError{404, ""};
    return json(200, actionOnWire(call.core, row.seenAt(call.core.now)));
}

Answer postActions(const Call &call)
{
    Array::Ptr all = new Array;
    for (const Object::Ptr &body : readArray(call.request.body))
    {
        const std::int64_t number = integerIn(*body, "id");
        const Row &row = number == 0 ? createAction(call.core, *body) : changeAction(call.core, *body, number);
        all->add(actionOnWire(call.core, *row.values));
    }
    const int status = static_cast<int>(call.core.switches.number("ticket.createStatus"));
    const bool last = all->size() > 0 && !isAsked(call.request, "returnall");
    return json(status, last ? all->get(static_cast<unsigned>(all->size() - 1)) : Var(all));
}

Answer removeAction(const Call &call)
{
    call.core.require(actionTable, "delete");
    const std::int64_t ticket = idIn(*requireAction(call).values, "ticket_id");
    call.core.rows.table(actionTable).erase(keyOf(call.core, ticket, call.id));
    return json(200, deletedOnWire(call.id));
}

} // namespace psa::sandbox::halopsa
