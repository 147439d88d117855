#include "sandbox/autotask/handlers.h"
#include "sandbox/autotask/ticket_life.h"
#include "sandbox/autotask/write_values.h"
#include "sandbox/common/dates.h"

#include <algorithm>
#include <array>

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
    if (name == "configurationItemID")
        return isActive(*row) && integer(*row->values, "companyID") == integer(ticket, "companyID");
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
    const auto defined = [&](const char *entity) {
        const Table &pairs = core.database.table(entity);
        return std::any_of(pairs.begin(), pairs.end(), [&](const auto &entry) {
            const Object &pair = *entry.second.values;
            return isActive(entry.second) && integer(pair, "resourceID") == integer(ticket, "assignedResourceID") &&
                   integer(pair, "roleID") == integer(ticket, "assignedResourceRoleID");
        });
    };
    if (!defined("ResourceServiceDeskRoles") || !defined("ResourceRoleQueues"))
        errors.addPlain("The specified AssignedResourceID and AssignedRoleID combination is not currently defined");
}

constexpr std::int64_t dayMillis = 24LL * 3600 * 1000;
constexpr int resourceType = 1; ///< The author was a resource, not a contact.

/// Names in TicketCategoryFieldDefaults and in the ticket.
constexpr std::array categoryDefaults{
    std::pair("queueID", "queueID"),
    std::pair("sourceID", "source"),
    std::pair("ticketTypeID", "ticketType"),
    std::pair("issueTypeID", "issueType"),
    std::pair("subIssueTypeID", "subIssueType"),
    std::pair("serviceLevelAgreementID", "serviceLevelAgreementID"),
    std::pair("workTypeID", "billingCodeID"),
    std::pair("estimatedHours", "estimatedHours"),
    std::pair("purchaseOrderNumber", "purchaseOrderNumber"),
    std::pair("description", "description"),
};

void applyCategory(const Core &core, Object &ticket)
{
    if (!isSet(ticket, "ticketCategory"))
        ticket.set("ticketCategory", core.tenant.defaultCategory());
    const std::int64_t category = integer(ticket, "ticketCategory");
    for (const auto &[id, row] : core.database.table("TicketCategoryFieldDefaults"))
    {
        if (integer(*row.values, "ticketCategoryID") != category)
            continue;
        for (const auto &[from, to] : categoryDefaults)
            if (!isSet(ticket, to) && isSet(*row.values, from))
                ticket.set(to, row.values->get(from));
    }
    const std::int64_t days = core.tenant.categoryDueDays(category);
    if (!isSet(ticket, "dueDateTime") && days > 0)
        ticket.set("dueDateTime", toMillis(core.now) + days * dayMillis);
}

void checkConditionallyRequired(const Core &core, const Object &ticket, WriteErrors &errors)
{
    if (!isSet(ticket, "dueDateTime"))
        errors.missingDueDate();
    if (!isSet(ticket, "queueID") && core.tenant.categoryWantsQueue(integer(ticket, "ticketCategory")))
        errors.addPlain("queueID is required");
    if (!isSet(ticket, "billingCodeID") && core.switches.on("ticket.workTypeRequired"))
        errors.addPlain("billingCodeID is required");
    if (!isSet(ticket, "contactID") && core.switches.on("ticket.contactRequired"))
        errors.addPlain("contactID is required");
    if (!core.switches.on("ticket.requiredUdf"))
        return;
    Object::Ptr set = ticket.getObject("userDefinedFields");
    const Array::Ptr fields = core.tenant.userDefinedFields(tickets().name);
    for (unsigned i = 0; i < fields->size(); ++i)
    {
        const auto name = fields->getObject(i)->getValue<std::string>("name");
        if (fields->getObject(i)->optValue("isRequired", false) && (!set || !isSet(*set, name)))
            errors.missing(name);
    }
}

/// Nulls in a create: ignored, or rejected for the fields for which that was observed.
void dropNulls(const Core &core, Object &values, WriteErrors &errors)
{
    for (const std::string &name : values.getNames())
    {
        if (!values.isNull(name))
            continue;
        if (core.switches.is("ticket.nulls", "reject"))
            errors.add("Value cannot be null: " + name + ".");
        values.remove(name);
    }
}

void checkUnique(const Core &core, const Object &ticket, WriteErrors &errors)
{
    if (!core.switches.on("ticket.uniqueExternalID") || !isSet(ticket, "externalID"))
        return;
    const Table &all = core.database.table(tickets().name);
    const std::string reference = ticket.get("externalID").toString();
    if (std::any_of(all.begin(), all.end(), [&](const auto &entry) {
            return equalNoCase(entry.second.values->get("externalID").toString(), reference);
        }))
        errors.addPlain("A Ticket already exists with externalID [" + reference + "].");
}

/// Sets the fields that are never unset.
void fill(Object &ticket)
{
    for (const char *flag : {"isAssignedToComanaged", "isVisibleToComanaged"})
        if (!isSet(ticket, flag))
            ticket.set(flag, false);
    if (!isSet(ticket, "hoursToBeScheduled"))
        ticket.set("hoursToBeScheduled", 0);
}

void setByService(const Core &core, Object &ticket)
{
    const std::int64_t now = toMillis(core.now);
    fill(ticket);
    ticket.set("ticketNumber", core.database.nextTicketNumber(dayOf(now)));
    ticket.set("createDate", now);
    ticket.set("creatorType", resourceType);
    ticket.set("creatorResourceID", core.actor.resource);
    if (core.actor.impersonator != 0)
        ticket.set("impersonatorCreatorResourceID", core.actor.impersonator);
}

/// Checks that everything a ticket refers to exists and is consistent.
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

/// Checks a create as the service does, adds the category's defaults and the values set by the service, stores the
/// ticket and returns its id. Throws ApiError.
std::int64_t createTicket(const Core &core, const std::string &body)
{
    core.require(tickets(), "create");
    WriteErrors errors(core.switches);
    Object::Ptr ticket = readValues(core, tickets(), *readBody(body), errors);
    dropNulls(core, *ticket, errors);
    checkRequired(tickets(), *ticket, errors);
    applyCategory(core, *ticket);
    checkConditionallyRequired(core, *ticket, errors);
    checkPickLists(core, tickets(), *ticket, errors);
    checkReferences(core, *ticket, errors);
    checkUnique(core, *ticket, errors);
    errors.raise();
    setByService(core, *ticket);
    return addTicket(core, ticket);
}

/// Changes the fields in `body`; `whole`: all others become null. Throws ApiError.
std::int64_t updateTicket(const Core &core, const std::string &body, bool whole)
{
    core.require(tickets(), "update");
    Object::Ptr read = readBody(body);
    std::int64_t id = 0;
    const bool named = toInteger(member(*read, "id").toString(), id);
    const auto found = core.database.table(tickets().name).find(id);
    if (!named || found == core.database.table(tickets().name).end())
        throw ApiError{{"No matching records found. The logged in Resource may not have the required permissions to "
                        "update the data."}};
    WriteErrors errors(core.switches);
    Object::Ptr changed = newObject();
    apply(*found->second.values, *changed);
    for (const Field &field : tickets().fields)
        if (whole && (field.flags & readOnly) == 0)
            changed->remove(field.name);
    apply(*readValues(core, tickets(), *read, errors), *changed);
    checkRequired(tickets(), *changed, errors);
    checkPickLists(core, tickets(), *changed, errors);
    checkReferences(core, *changed, errors);
    if (isSet(*changed, "status") && integer(*changed, "status") == completeStatus && !isSet(*changed, "resolution") &&
        core.switches.on("ticket.resolutionRequired"))
        errors.missing("resolution");
    errors.raise();
    fill(*changed);
    changeTicket(core, id, changed);
    return id;
}

Answer created(const Call &call, std::int64_t id)
{
    Object::Ptr body = newObject();
    body->set("itemId", call.core.switches.on("ticket.itemIdText") ? Var(std::to_string(id)) : Var(id));
    return ok(body);
}

} // namespace

Answer postTicket(const Call &call)
{
    return created(call, createTicket(call.core, call.request.body));
}

Answer patchTicket(const Call &call)
{
    if (call.core.switches.is("ticket.patch", "404"))
        return htmlError(404, "File or directory not found.");
    return created(call, updateTicket(call.core, call.request.body, false));
}

Answer putTicket(const Call &call)
{
    return created(call, updateTicket(call.core, call.request.body, true));
}

} // namespace psa::sandbox::autotask
