#include "sandbox/connectwise/ticket_rules.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/write_values.h"

#include <Poco/Ascii.h>

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

void checkUnique(const Core &core, const Object &ticket, WriteErrors &errors)
{
    if (!core.switches.on("ticket.uniqueExternalXRef") || !isSet(ticket, "externalXRef"))
        return;
    const Table &all = core.rows.table(tickets().name);
    const std::string reference = ticket.get("externalXRef").toString();
    if (std::any_of(all.begin(), all.end(),
                    [&](const auto &entry) { return equalNoCase(textIn(entry.second, "externalXRef"), reference); }))
        errors.add("ObjectExists", "A ticket with the externalXRef " + reference + " exists already.", "externalXRef");
}

void touch(const Core &core, Object &ticket, const char *date, const char *who)
{
    ticket.set(date, toMillis(core.now));
    ticket.set(who, core.actor.name);
}

/// The ticket in the format of a write: references are objects again, so that all of them are checked again.
Object::Ptr asWritten(const Object &ticket)
{
    Object::Ptr values = newObject();
    for (const auto &[name, value] : ticket)
    {
        const Field *field = tickets().field(name);
        Object::Ptr reference = newObject();
        reference->set("id", value);
        const bool written = field != nullptr && field->type == FieldType::reference && (field->flags & readOnly) == 0;
        values->set(name, written ? Var(reference) : value);
    }
    return values;
}

/// The value of a field of a ticket as people see it: of a reference, the name of its record.
std::string shownValue(const Core &core, const Field &field, const Object &ticket)
{
    const Var value = ticket.get(field.name);
    if (value.isEmpty() || field.type != FieldType::reference)
        return value.isEmpty() ? "" : toText(value);
    const Row *row = core.rows.find(field.target, value.convert<std::int64_t>());
    return row == nullptr ? value.toString() : nameOf(*row);
}

/// Adds each changed field to the audit trail.
void recordChanges(const Core &core, std::int64_t id, const Object &before, const Object &after)
{
    for (const Field &field : tickets().fields)
    {
        const std::string from = shownValue(core, field, before);
        const std::string to = shownValue(core, field, after);
        if (from == to || (field.flags & (readOnly | writeOnly)) != 0)
            continue;
        std::string name = field.name;
        name[0] = static_cast<char>(Poco::Ascii::toUpper(name[0]));
        core.record(
            {id, "Ticket", field.name, from, to, name + " has been updated from \"" + from + "\" to \"" + to + "\"."});
    }
}

/// Closing needs a right of its own, and the fields that the board requires for it.
void checkClosing(const Core &core, const Object &before, const Object &after, WriteErrors &errors)
{
    const Row *status = core.rows.find("Statuses", idIn(after, "status"));
    if (status == nullptr || !flag(*status->values, "closedStatus") || flag(before, "closedFlag"))
        return;
    core.require("CloseServiceTickets", "update");
    const std::string needed = core.switches.text("ticket.closeRequires"); // the last of those in the list
    for (const char *name : {"type", "subType", "item"})
    {
        if (needed != "none" && !isSet(after, name))
            errors.add("MissingRequiredField",
                       std::string("The ") + name + " field is required before a ticket of this board is closed.",
                       std::string(name) + "/id");
        if (needed == "none" || needed == name)
            return;
    }
}

} // namespace

const Row &createTicket(const Core &core, const std::string &body)
{
    core.require(tickets().name, "create");
    WriteErrors errors(tickets().resource);
    Object::Ptr ticket = readValues(tickets(), *readObject(body), errors);
    checkRequired(tickets(), *ticket, errors);
    applyDefaultBoard(core, *ticket);
    resolveReferences(core, *ticket, errors);
    resolveCustomFields(core, *ticket, {}, errors);
    checkUnique(core, *ticket, errors);
    errors.raise();
    applyDefaults(core, *ticket);
    applyStatus(core, *ticket);
    touch(core, *ticket, "dateEntered", "enteredBy");
    touch(core, *ticket, "lastUpdated", "updatedBy");
    Object::Ptr texts = copy(*ticket);
    dropWriteOnly(tickets(), *ticket);
    const Row &row = insert(core, tickets(), ticket);
    const std::int64_t id = idIn(*row.values, "id");
    core.record({id, "Ticket", "created", "", "", "The ticket has been created."});
    core.notify(id, "ticket", *texts);
    addInitialNotes(core, id, *texts);
    return row;
}

const Row &patchTicket(const Core &core, std::int64_t id, const std::string &body)
{
    core.require(tickets().name, "update");
    requireTicket(core, id);
    return changeTicket(core, id, *readPatch(tickets(), body));
}

const Row &changeTicket(const Core &core, std::int64_t id, const Object &written)
{
    const Row &row = requireTicket(core, id);
    WriteErrors errors(tickets().resource);
    Object::Ptr changed = asWritten(*row.values);
    Object::Ptr changes = readValues(tickets(), written, errors);
    for (const auto &[name, value] : *changes)
        changed->set(name, value);
    dropUnset(*changed);
    dropWriteOnly(tickets(), *changed);
    checkRequired(tickets(), *changed, errors);
    resolveReferences(core, *changed, errors);
    resolveCustomFields(core, *changed, row.values->getObject("customFields"), errors);
    checkClosing(core, *row.values, *changed, errors);
    errors.raise();
    applyStatus(core, *changed);
    recordChanges(core, id, *row.values, *changed);
    core.notify(id, "change", *changes);
    touch(core, *changed, "lastUpdated", "updatedBy");
    core.rows.table(tickets().name).at(id).values = changed;
    return row;
}

void runWorkflow(const Core &core, std::int64_t id, std::int64_t before)
{
    if (!core.switches.is("ticket.workflow", "revert") || idIn(*requireTicket(core, id).values, "status") == before)
        return;
    static const Rights every;
    const Core rule{core.tenant, core.rows,    core.switches,          core.now,     core.url,
                    every,       core.journal, automation("Workflow"), core.hideFor, 0};
    Object::Ptr status = newObject();
    status->set("id", before);
    Object::Ptr changes = newObject();
    changes->set("status", status);
    changes->set("processNotifications", false);
    changeTicket(rule, id, *changes);
}

Object &touchTicket(const Core &core, std::int64_t id)
{
    requireTicket(core, id);
    Object &ticket = *core.rows.table(tickets().name).at(id).values;
    touch(core, ticket, "lastUpdated", "updatedBy");
    return ticket;
}

const Row &requireTicket(const Core &core, std::int64_t id)
{
    const Row *row = core.rows.find(tickets().name, id);
    if (row == nullptr)
        throw ApiError{404, "NotFound", "Service Ticket " + std::to_string(id) + " not found"};
    return *row;
}

} // namespace psa::sandbox::connectwise
