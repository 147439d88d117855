#include "sandbox/halopsa/ticket_rules.h"

#include "sandbox/common/dates.h"
#include "sandbox/halopsa/entities.h"
#include "sandbox/halopsa/write_values.h"

#include <algorithm>

namespace psa::sandbox::halopsa {
namespace {

/// The kinds of action that the service writes itself, "action_systemid".
constexpr std::int64_t opened = 1;
constexpr std::int64_t statusChanged = 2;
constexpr std::int64_t merged = 3;

constexpr std::int64_t pendingClosure = 22;

void checkUnique(const Core &core, const Object &ticket)
{
    if (!core.switches.on("ticket.uniqueReference") || !isSet(ticket, "third_party_id_string"))
        return;
    const std::string reference = ticket.get("third_party_id_string").toString();
    const Table &all = core.rows.table(ticketTable);
    if (!reference.empty() && std::any_of(all.begin(), all.end(), [&](const auto &entry) {
            return textIn(entry.second, "third_party_id_string") == reference;
        }))
        throw invalid(core.switches, "A ticket with the Third Party ID " + reference + " exists already.");
}

/// The value of a field as people see it.
std::string shownValue(const Core &core, const Field &field, const Object &ticket)
{
    const Var value = ticket.get(field.name);
    if (value.isEmpty())
        return {};
    if (field.type == FieldType::reference)
        return textOf(core.rows, field.target, value.convert<std::int64_t>());
    if (field.type == FieldType::dateTime)
        return dateOnWire(value.convert<std::int64_t>());
    if (std::string(field.name) != "priority_id")
        return field.type == FieldType::text ? value.toString() : toText(value);
    for (const auto &[id, row] : core.rows.table("Priority"))
        if (idIn(*row.values, "slaid") == idIn(ticket, "sla_id") && row.values->get("priorityid") == value)
            return textIn(row, "name");
    return value.toString();
}

/// Records each changed field; a change of the status makes an action, too.
void recordChanges(const Core &core, std::int64_t id, const Object &before, const Object &after)
{
    for (const Field &field : ticketFields)
    {
        const std::string from = shownValue(core, field, before);
        const std::string to = shownValue(core, field, after);
        if (from != to)
            audit(core, id, field.name, from, to);
    }
    const std::int64_t from = idIn(before, "status_id");
    const std::int64_t to = idIn(after, "status_id");
    if (from != to && core.switches.on("status.action"))
        addAction(core, id, {"Changed Status", 0, "", true, statusChanged, from, to});
}

/// A tenant can send tickets to "Pending Closure" that a client closes over the API.
void divertClosure(const Core &core, Object &ticket, std::int64_t before)
{
    const std::int64_t wanted = idIn(ticket, "status_id");
    if (core.request != 0 && wanted != before && isClosed(core.rows, wanted) &&
        core.switches.on("ticket.pendingClosure"))
        ticket.set("status_id", pendingClosure);
}

/// The ticket as it will be: the written fields over those that it has.
Object::Ptr mergedValues(const Core &core, const Object &before, const Object &written)
{
    Object::Ptr changed = copy(before);
    for (const auto &[name, value] : written)
        changed->set(name, value);
    resolveReferences(core, *changed, written, false);
    for (const auto &[name, value] : written) // what was dropped keeps its value
        if (!isSet(*changed, name) && isSet(before, name) && value.toString() != "0")
            changed->set(name, before.get(name));
    if (isSet(written, "assets") && core.switches.is("ticket.assets", "add"))
    {
        const Array::Ptr old = before.getArray("assets");
        Array::Ptr all = changed->getArray("assets");
        for (unsigned i = 0; old && i < old->size(); ++i)
            if (!listHas(*changed, "assets", old->getElement<std::int64_t>(i)))
                all->add(old->get(i));
    }
    if (isSet(written, "customfields"))
        resolveCustomFields(core, *changed, before.getObject("customfields"));
    return changed;
}

} // namespace

bool isClosed(const Rows &rows, std::int64_t status)
{
    const Row *row = rows.find("Status", status);
    return row != nullptr && flag(*row->values, "_closed");
}

void applyStatus(const Core &core, Object &ticket)
{
    if (isClosed(core.rows, idIn(ticket, "status_id")))
    {
        ticket.set("hasbeenclosed", true);
        ticket.set("dateclosed", toMillis(core.now));
        ticket.set("closure_agent_id", core.actor.agent);
        return;
    }
    ticket.remove("dateclosed");
    ticket.remove("closure_agent_id");
    if (core.switches.is("ticket.hasBeenClosed", "clears"))
        ticket.set("hasbeenclosed", false);
}

void stamp(const Core &core, Object &ticket)
{
    ticket.set("last_update", toMillis(core.now));
    ticket.set("lastactiondate", toMillis(core.now));
}

Object::Ptr valuesOf(const Core &core, std::int64_t id)
{
    return copy(*core.rows.find(ticketTable, id)->values);
}

void store(const Core &core, std::int64_t id, const Object::Ptr &values)
{
    core.rows.table(ticketTable).at(id).replace(values, core.now + core.lag);
}

void audit(const Core &core, std::int64_t ticket, const std::string &field, const std::string &from,
           const std::string &to)
{
    const std::int64_t at = toMillis(core.now);
    core.journal.audit.push_back(
        {{ticket, field, from, to, core.actor.name, formatDate(at, true), core.request}, core.actor, at});
}

ApiError noSuchTicket(const Core &core)
{
    return {static_cast<int>(core.switches.number("access.ticket")),
            "Ticket not found, or you do not have access to this Ticket"};
}

const Row &requireTicket(const Core &core, std::int64_t id)
{
    const Row *row = core.rows.find(ticketTable, id);
    if (row == nullptr || flag(*row->values, "deleted") || flag(*row->values, "_hidden"))
        throw noSuchTicket(core);
    return *row;
}

const Row &createTicket(const Core &core, const Object &body)
{
    core.require(ticketTable, "create");
    Object::Ptr ticket = readTicketValues(body);
    const Object::Ptr written = copy(*ticket);
    resolveReferences(core, *ticket, *written, true);
    resolveCustomFields(core, *ticket, {});
    checkMandatory(core, *ticket, !isTrue(body, "_novalidate"));
    checkUnique(core, *ticket);
    ticket->set("datecreated", toMillis(core.now));
    applyDefaults(core, *ticket);
    applyStatus(core, *ticket);
    stamp(core, *ticket);
    const std::int64_t id = core.rows.insert(ticketTable, core.row(ticket));
    const std::string text = isSet(*ticket, "details") ? ticket->get("details").toString() : "";
    addAction(core, id, {"Ticket Logged", 0, text, false, opened, 0, idIn(*ticket, "status_id")});
    return *core.rows.find(ticketTable, id);
}

const Row &changeTicket(const Core &core, std::int64_t id, const Object &body)
{
    core.require(ticketTable, "update");
    const Row *row = core.rows.find(ticketTable, id);
    if (row == nullptr || flag(*row->values, "_hidden") || (flag(*row->values, "deleted") && !isTrue(body, "_recover")))
        throw noSuchTicket(core);
    const Object::Ptr before = valuesOf(core, id);
    Object::Ptr changed = mergedValues(core, *before, *readTicketValues(body));
    const std::int64_t status = idIn(*before, "status_id");
    divertClosure(core, *changed, status);
    if (idIn(*changed, "status_id") != status && isClosed(core.rows, idIn(*changed, "status_id")) &&
        core.request != 0 && !isTrue(body, "_novalidate"))
        checkClosing(core, *changed);
    if (flag(*before, "deleted"))
        audit(core, id, "deleted", "true", "");
    changed->set("deleted", false);
    if (idIn(*changed, "status_id") != status)
        applyStatus(core, *changed);
    stamp(core, *changed);
    store(core, id, changed);
    recordChanges(core, id, *before, *changed);
    if (core.request != 0 && idIn(*changed, "status_id") != status && core.switches.on("rule.revertStatus") &&
        !isTrue(body, "dont_do_rules"))
        setStatusByRule(core, id, status);
    return *row;
}

void setStatusByRule(const Core &core, std::int64_t ticket, std::int64_t status)
{
    static const Rights every;
    const Core rule{core.tenant,  core.rows,   core.switches, core.now, every,
                    core.journal, ruleActor(), core.hideFor,  core.lag, 0};
    Object::Ptr change = newObject();
    change->set("status_id", status);
    changeTicket(rule, ticket, *change);
}

void mergeTicket(const Core &core, std::int64_t id, std::int64_t into)
{
    Object::Ptr ticket = valuesOf(core, id);
    const Object::Ptr before = copy(*ticket);
    ticket->set("merged_into_id", into);
    for (const auto &[status, row] : core.rows.table("Status"))
        if (!isClosed(core.rows, idIn(*ticket, "status_id")) && flag(*row.values, "_closed") &&
            listHas(*row.values, "_types", idIn(*ticket, "tickettype_id")))
            ticket->set("status_id", status);
    applyStatus(core, *ticket);
    stamp(core, *ticket);
    store(core, id, ticket);
    recordChanges(core, id, *before, *ticket);
    audit(core, id, "merged", "", std::to_string(into));
    ActionValues action{"Merged", 0, "Ticket " + std::to_string(id) + " was merged into this ticket.", true, merged};
    action.mergedFrom = id;
    addAction(core, into, action);
}

void deleteTicket(const Core &core, std::int64_t id)
{
    audit(core, id, "deleted", "", "true");
    if (core.switches.is("ticket.delete", "hard"))
    {
        core.rows.table(deletedTickets)[id] = core.rows.table(ticketTable).at(id);
        core.rows.table(ticketTable).erase(id);
        return;
    }
    Object::Ptr ticket = valuesOf(core, id);
    ticket->set("deleted", true);
    stamp(core, *ticket);
    store(core, id, ticket);
}

} // namespace psa::sandbox::halopsa
