#include "sandbox/connectwise/ticket_rules.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/custom_fields.h"
#include "sandbox/connectwise/notes.h"
#include "sandbox/connectwise/ticket_defaults.h"
#include "sandbox/connectwise/ticket_patch.h"
#include "sandbox/connectwise/ticket_references.h"
#include "sandbox/connectwise/write_values.h"

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

/// Removes fields that a create accepts and no ticket shows.
void dropWriteOnly(Object &ticket)
{
    for (const Field &field : tickets().fields)
        if ((field.flags & writeOnly) != 0)
            ticket.remove(field.name);
}

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
    ticket.set(who, apiMember(core));
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
        values->set(name, field != nullptr && field->type == FieldType::reference ? Var(reference) : value);
    }
    return values;
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
    dropWriteOnly(*ticket);
    const Row &row = insert(core, tickets(), ticket);
    addInitialNotes(core, idIn(*row.values, "id"), *texts);
    return row;
}

const Row &patchTicket(const Core &core, std::int64_t id, const std::string &body)
{
    core.require(tickets().name, "update");
    const Row &row = requireTicket(core, id);
    WriteErrors errors(tickets().resource);
    Object::Ptr changed = asWritten(*row.values);
    Object::Ptr changes = readValues(tickets(), *readPatch(body), errors);
    for (const auto &[name, value] : *changes)
        changed->set(name, value);
    dropUnset(*changed);
    checkRequired(tickets(), *changed, errors);
    resolveReferences(core, *changed, errors);
    resolveCustomFields(core, *changed, row.values->getObject("customFields"), errors);
    errors.raise();
    applyStatus(core, *changed);
    touch(core, *changed, "lastUpdated", "updatedBy");
    core.rows.table(tickets().name).at(id).values = changed;
    return row;
}

const Row &requireTicket(const Core &core, std::int64_t id)
{
    const Row *row = core.rows.find(tickets().name, id);
    if (row == nullptr)
        throw ApiError{404, "NotFound", "Service Ticket " + std::to_string(id) + " not found"};
    return *row;
}

} // namespace psa::sandbox::connectwise
