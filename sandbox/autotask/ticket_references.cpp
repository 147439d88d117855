#include "sandbox/autotask/ticket_references.h"

#include "sandbox/autotask/write_values.h"

#include <algorithm>

namespace psa::sandbox::autotask {
namespace {

bool isActive(const Row &row)
{
    const Var active = row.values->get("isActive"); // A boolean, except in contacts, where it is 1 or 0.
    return active.isEmpty() || active.convert<bool>();
}

/// The row that `field` refers to; null if there is none.
const Row *target(const Core &core, const Object &ticket, const Field &field)
{
    const Entity *entity = findEntity(field.reference);
    return entity == nullptr ? nullptr : core.database.find(entity->name, integer(ticket, field.name));
}

bool isGood(const Core &core, const Object &ticket, const Field &field)
{
    const Row *row = target(core, ticket, field);
    if (row == nullptr)
        return false;
    const std::string name = field.name;
    if (name == "companyID")
        return isActive(*row) || core.switches.is("ticket.inactiveCompany", "accept");
    if (name == "contactID")
    {
        const bool own =
            isSet(ticket, "companyID") && integer(*row->values, "companyID") == integer(ticket, "companyID");
        return isActive(*row) && (own || core.switches.is("ticket.otherContact", "accept"));
    }
    if (name == "billingCodeID")
        return isActive(*row) && integer(*row->values, "useType") == 1;
    return name != "assignedResourceID" || isActive(*row);
}

void checkResourceAndRole(const Core &core, const Object &ticket, WriteErrors &errors)
{
    const bool resource = isSet(ticket, "assignedResourceID");
    const bool role = isSet(ticket, "assignedResourceRoleID");
    if (!resource && !role)
        return;
    if (resource != role)
    {
        errors.addPlain("Data violation: When assigning a Resource, you must assign both a assignedResourceID and "
                        "assignedResourceRoleID.");
        return;
    }
    const Table &pairs = core.database.table("ResourceServiceDeskRoles");
    const bool defined = std::any_of(pairs.begin(), pairs.end(), [&](const auto &entry) {
        const Object &pair = *entry.second.values;
        return integer(pair, "resourceID") == integer(ticket, "assignedResourceID") &&
               integer(pair, "roleID") == integer(ticket, "assignedResourceRoleID");
    });
    if (!defined)
        errors.addPlain("The specified AssignedResourceID and AssignedRoleID combination is not currently defined");
}

} // namespace

void checkReferences(const Core &core, const Object &ticket, WriteErrors &errors)
{
    for (const Field &field : tickets().fields)
    {
        const std::string name = field.name;
        if (std::string(field.reference).empty() || (field.flags & readOnly) != 0 || !isSet(ticket, name))
            continue;
        if (name == "companyLocationID") // No company of the sandbox has locations.
            errors.addPlain("The companyLocationID[" + std::to_string(integer(ticket, name)) +
                            "] cannot be associated with the Ticket. The CompanyLocation must belong to the Ticket's, "
                            "ConfigurationItem's, or the Contact's Company.");
        else if (!isGood(core, ticket, field))
            errors.badReference(name, soapName(field.reference));
    }
    checkResourceAndRole(core, ticket, errors);
}

} // namespace psa::sandbox::autotask
