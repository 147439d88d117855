#include "sandbox/halopsa/entities.h"
#include "sandbox/halopsa/ticket_rules.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace psa::sandbox::halopsa {
namespace {

constexpr std::int64_t unassigned = 1;

bool isNamed(const Row &row, const char *email, const std::string &who)
{
    const std::array fields{"id", "name", email};
    return std::any_of(fields.begin(), fields.end(),
                       [&](const char *field) { return equalNoCase(textIn(row, field), who); });
}

bool isStaff(std::int64_t id, const Row &row)
{
    return id != unassigned && !flag(*row.values, "isdisabled") && !flag(*row.values, "api_agent");
}

/// The status with this name, otherwise the type's first one that is closed or open.
std::int64_t wantedStatus(const Core &core, const HumanAct &act, std::int64_t type)
{
    for (const auto &[id, row] : core.rows.table("Status"))
        if (listHas(*row.values, "_types", type) &&
            (act.status.empty() ? isClosed(core.rows, id) == (act.action == HumanAction::close)
                                : equalNoCase(textIn(row, "name"), act.status)))
            return id;
    throw std::invalid_argument("the type of ticket " + std::to_string(act.ticket) + " has no status \"" + act.status +
                                "\"");
}

Object::Ptr one(const char *name, const Var &value)
{
    Object::Ptr object = newObject();
    object->set(name, value);
    return object;
}

void merge(const Core &core, const HumanAct &act)
{
    requireTicket(core, act.into);
    if (act.into == act.ticket)
        throw std::invalid_argument("a ticket cannot be merged into itself");
    mergeTicket(core, act.ticket, act.into);
}

std::int64_t numberOf(const Row &action)
{
    return idIn(*action.values, "id");
}

} // namespace

Actor personIn(const Rows &rows, const std::string &who)
{
    if (equalNoCase(who, ruleActor().name))
        return ruleActor();
    for (const auto &[id, row] : rows.table("Agent"))
        if (who.empty() ? isStaff(id, row) : isNamed(row, "email", who))
            return {textIn(row, "name"), id, 0, "nethelpdesk-agent-web-application"};
    for (const auto &[id, row] : rows.table("Users"))
        if (isNamed(row, "emailaddress", who))
            return {textIn(row, "name"), 0, id, "nethelpdesk-enduser-web-application"};
    throw std::invalid_argument("there is no agent or user \"" + who + "\"");
}

std::int64_t actInPages(const Core &core, const HumanAct &act)
{
    const std::int64_t type = idIn(*requireTicket(core, act.ticket).values, "tickettype_id");
    const bool staff = core.actor.user == 0;
    if (!staff && act.action != HumanAction::note)
        throw std::invalid_argument("a user can only write notes");
    switch (act.action)
    {
    case HumanAction::note:
        return numberOf(addAction(core, act.ticket, {staff ? "Internal Note" : "User Update", 0, act.text, staff}));
    case HumanAction::time: {
        ActionValues time{"Time Entry", 0, act.text};
        time.hours = 0.25;
        return numberOf(addAction(core, act.ticket, time));
    }
    case HumanAction::assign: {
        const Actor to = act.to.empty() ? core.actor : personIn(core.rows, act.to);
        changeTicket(core, act.ticket, *one("agent_id", to.agent));
        break;
    }
    case HumanAction::merge:
        merge(core, act);
        break;
    case HumanAction::erase:
        deleteTicket(core, act.ticket);
        break;
    default:
        changeTicket(core, act.ticket, *one("status_id", wantedStatus(core, act, type)));
    }
    return act.ticket;
}

} // namespace psa::sandbox::halopsa
