#include "sandbox/connectwise/ticket_rules.h"

#include "sandbox/common/dates.h"
#include "sandbox/common/path_pattern.h"
#include "sandbox/connectwise/write_values.h"

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

[[noreturn]] void badPatch(const std::string &why)
{
    throw ApiError{400, "InvalidPatch", why};
}

void readOperation(const Object &operation, Object &changes)
{
    const std::string op = member(operation, "op").toString();
    if (op != "add" && op != "replace" && op != "remove")
        badPatch("The operation '" + op + "' is not valid.");
    const std::string path = member(operation, "path").toString();
    const std::vector<std::string> parts = pathSegments(path);
    const Field *field = parts.empty() ? nullptr : tickets().field(parts[0]);
    const bool inReference = parts.size() == 2 && field != nullptr && field->type == FieldType::reference;
    if (field == nullptr || (field->flags & (readOnly | writeOnly)) != 0 || (parts.size() != 1 && !inReference))
        badPatch("The path " + path + " is not valid.");
    Var value = op == "remove" ? Var() : member(operation, "value");
    if (inReference)
    {
        Object::Ptr reference = newObject();
        reference->set(parts[1], value);
        value = reference;
    }
    changes.set(field->name, value);
}

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

/// Converts a patch, an array of {"op", "path", "value"}, to an object of the changed fields in the format of a create;
/// removed ones are null. Throws ApiError.
Object::Ptr readPatch(const std::string &body)
{
    const Array::Ptr operations = asArray(readBody(body));
    if (!operations || operations->size() == 0)
        badPatch(
            "A JSON array of operations is needed: [{\"op\": \"replace\", \"path\": \"summary\", \"value\": \"x\"}].");
    Object::Ptr changes = newObject();
    for (unsigned i = 0; i < operations->size(); ++i)
    {
        Object::Ptr operation = operations->getObject(i);
        if (!operation)
            badPatch("Each operation must be a JSON object.");
        readOperation(*operation, *changes);
    }
    return changes;
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
