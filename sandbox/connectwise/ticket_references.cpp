#include "sandbox/connectwise/ticket_rules.h"

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

/// The member that identifies a reference's target: preferably the id.
const char *nameIn(const Object &reference, const Entity &target)
{
    for (const char *name : {"id", "identifier", "name"})
        if (!member(reference, name).isEmpty() && (target.field(name) != nullptr || std::string(name) == "name"))
            return name;
    return nullptr;
}

/// What a row must belong to so that the ticket may refer to it.
struct Scope
{
    const char *field; ///< A field of the ticket.
    const char *what;  ///< Its name in texts.
};

Scope scopeOf(const Entity &target)
{
    if (target.field("board") != nullptr || target.field("boardId") != nullptr)
        return {"board", "Service Board"};
    return target.field("company") != nullptr ? Scope{"company", "Company"} : Scope{"", ""};
}

bool isInScope(const Entity &target, const Row &row, const Object &ticket, const Scope &scope)
{
    const std::string name = target.field("boardId") != nullptr ? "boardId" : scope.field;
    return name.empty() || idIn(*row.values, name) == idIn(ticket, scope.field);
}

bool isUsable(const Core &core, const Row &row)
{
    const Object &values = *row.values;
    if (flag(values, "deletedFlag") || flag(values, "projectFlag"))
        return false;
    const bool inactive = flag(values, "inactiveFlag") || flag(values, "inactive");
    return !inactive || core.switches.is("ticket.inactiveValue", "accept");
}

bool isMeant(const Row &row, const std::string &name, const Var &value)
{
    if (name == "id")
        return row.values->get("id").toString() == value.toString();
    return equalNoCase(name == "name" ? nameOf(row) : textIn(row, name), value.toString());
}

/// The id, or 0 after adding an error.
std::int64_t resolve(const Core &core, const Field &field, const Object &reference, const Object &ticket,
                     WriteErrors &errors)
{
    const Entity &target = *findEntity(field.target);
    const char *name = nameIn(reference, target);
    if (name == nullptr)
    {
        errors.add("MissingRequiredField", "id or name is required.", std::string(field.name) + "/id");
        return 0;
    }
    const Scope scope = scopeOf(target);
    const Var value = member(reference, name);
    for (const auto &[id, row] : core.rows.table(target.name))
        if (isMeant(row, name, value) && isInScope(target, row, ticket, scope) && isUsable(core, row))
            return id;
    std::string text = std::string(target.subject) + " " + value.toString() + " not found";
    if (*scope.field != '\0')
        text += std::string(" for ") + scope.what + " " + std::to_string(idIn(ticket, scope.field));
    errors.add("NotFound", text, std::string(field.name) + "/" + name);
    return 0;
}

void resolveOne(const Core &core, const Field &field, Object &ticket, WriteErrors &errors)
{
    Object::Ptr reference = asObject(ticket.get(field.name));
    if (!reference)
        return;
    if (const std::int64_t id = resolve(core, field, *reference, ticket, errors); id != 0)
        ticket.set(field.name, id);
    else
        ticket.remove(field.name);
}

bool isScope(const Field &field)
{
    return std::string(field.name) == "board" || std::string(field.name) == "company";
}

/// A subtype must be allowed with the type, an item with both.
void checkAssociations(const Core &core, const Object &ticket, WriteErrors &errors)
{
    const auto goesWith = [&](const char *field) {
        const Table &all = core.rows.table("Associations");
        return std::any_of(all.begin(), all.end(), [&](const auto &entry) {
            const Object &values = *entry.second.values;
            return idIn(values, field) == idIn(ticket, field) && idIn(values, "type") == idIn(ticket, "type") &&
                   (std::string(field) == "subType" || idIn(values, "subType") == idIn(ticket, "subType"));
        });
    };
    for (const Field *field : {tickets().field("subType"), tickets().field("item")})
        if (isSet(ticket, field->name) && !goesWith(field->name))
            errors.add("NotFound",
                       std::string(findEntity(field->target)->subject) + " " + ticket.get(field->name).toString() +
                           " not found for Service Type " + std::to_string(idIn(ticket, "type")),
                       std::string(field->name) + "/id");
}

} // namespace

void resolveReferences(const Core &core, Object &ticket, WriteErrors &errors)
{
    for (const Field &field : tickets().fields)
        if (isScope(field))
            resolveOne(core, field, ticket, errors);
    for (const Field &field : tickets().fields)
    {
        // Without its board or company there is nothing to search; that is already reported, or is the field's own
        // error.
        const Entity *target = field.type == FieldType::reference ? findEntity(field.target) : nullptr;
        const std::string scope = target == nullptr ? "" : scopeOf(*target).field;
        if (target != nullptr && (scope.empty() || isSet(ticket, scope)))
            resolveOne(core, field, ticket, errors);
    }
    checkAssociations(core, ticket, errors);
}

} // namespace psa::sandbox::connectwise
