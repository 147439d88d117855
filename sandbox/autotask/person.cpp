#include "sandbox/autotask/ticket_life.h"
#include "sandbox/autotask/write_values.h"

#include <algorithm>
#include <stdexcept>

namespace psa::sandbox::autotask {
namespace {

bool isNamed(const Database &database, const Row &row, const Actor &actor, const char *email, const std::string &name)
{
    return equalNoCase(nameOf(database, actor), name) || equalNoCase(row.values->get(email).toString(), name) ||
           equalNoCase(row.values->get("firstName").toString(), name) ||
           std::to_string(integer(*row.values, "id")) == name;
}

/// The first member of staff who is neither the API user nor Autotask itself.
bool isStaff(const Row &row)
{
    constexpr std::int64_t apiLicense = 7;
    return integer(*row.values, "id") != systemResource && integer(*row.values, "licenseType") != apiLicense &&
           row.values->optValue("isActive", false);
}

Actor findPerson(const Database &database, const std::string &name)
{
    for (const auto &[id, row] : database.table("Resources"))
        if (name.empty() ? isStaff(row) : isNamed(database, row, {id}, "email", name))
            return {id};
    for (const auto &[id, row] : database.table("Contacts"))
        if (isNamed(database, row, {0, id}, "emailAddress", name))
            return {0, id};
    throw std::invalid_argument("the tenant has no resource and no contact \"" + name + "\"");
}

std::int64_t statusNamed(const Tenant &tenant, const std::string &label)
{
    const Array::Ptr list = tenant.pickList(tickets().name, "status");
    for (unsigned i = 0; list && i < list->size(); ++i)
        if (equalNoCase(list->getObject(i)->getValue<std::string>("label"), label))
            return list->getObject(i)->getValue<std::int64_t>("value");
    throw std::invalid_argument("the tenant has no status \"" + label + "\"");
}

std::int64_t statusFor(const Core &core, const HumanAct &act)
{
    if (!act.status.empty())
        return statusNamed(core.tenant, act.status);
    return act.action == HumanAction::close ? completeStatus : statusNamed(core.tenant, "In Progress");
}

/// The role in which a resource works; its default one comes first.
std::int64_t roleOf(const Core &core, std::int64_t resource)
{
    std::int64_t role = 0;
    for (const auto &[id, row] : core.database.table("ResourceServiceDeskRoles"))
        if (integer(*row.values, "resourceID") == resource && (role == 0 || row.values->optValue("isDefault", false)))
            role = integer(*row.values, "roleID");
    if (role == 0)
        throw std::invalid_argument("the resource " + std::to_string(resource) + " has no role in the service desk");
    return role;
}

void set(const Core &core, const HumanAct &act, const Object &changes)
{
    Object::Ptr values = newObject();
    apply(*core.database.find(tickets().name, act.ticket)->values, *values);
    apply(changes, *values);
    changeTicket(core, act.ticket, values);
}

void assign(const Core &core, const HumanAct &act)
{
    const Actor to = act.to.empty() ? core.actor : findPerson(core.database, act.to);
    Object::Ptr changes = newObject();
    changes->set("assignedResourceID", to.resource);
    changes->set("assignedResourceRoleID", roleOf(core, to.resource));
    set(core, act, *changes);
}

/// A person's note is internal; a contact can only write one that everybody reads.
Object::Ptr noteOf(const Core &core, const HumanAct &act)
{
    constexpr int portalType = 18;
    constexpr int staffType = 3;
    const bool contact = core.actor.contact != 0;
    Object::Ptr note = newObject();
    note->set("title", act.text.substr(0, act.text.find('\n')).substr(0, 250));
    note->set("description", act.text);
    note->set("noteType", contact ? portalType : staffType);
    note->set("publish", contact ? 1 : 2);
    return note;
}

void requireTicket(const Core &core, std::int64_t id)
{
    if (core.database.find(tickets().name, id) == nullptr)
        throw std::invalid_argument("there is no ticket " + std::to_string(id));
}

void merge(const Core &core, const HumanAct &act)
{
    requireTicket(core, act.into);
    const Table &times = core.database.table("TimeEntries");
    if (act.into == act.ticket || std::any_of(times.begin(), times.end(), [&](const auto &entry) {
            return integer(*entry.second.values, "ticketID") == act.ticket;
        }))
        throw std::invalid_argument("Autotask merges no ticket into itself, and none with time entries");
    mergeTicket(core, act.ticket, act.into);
}

} // namespace

std::int64_t actAsPerson(const Core &core, const HumanAct &act)
{
    requireTicket(core, act.ticket);
    const Core acting = core.as(findPerson(core.database, act.by));
    if (acting.actor.contact != 0 && act.action != HumanAction::note)
        throw std::invalid_argument("a contact can only write notes");
    Object::Ptr changes = newObject();
    switch (act.action)
    {
    case HumanAction::note:
        return addNote(acting, act.ticket, noteOf(acting, act));
    case HumanAction::time:
        return addTime(acting, act.ticket, act.text);
    case HumanAction::assign:
        assign(acting, act);
        break;
    case HumanAction::merge:
        merge(acting, act);
        break;
    case HumanAction::erase:
        deleteTicket(acting, act.ticket);
        break;
    default:
        changes->set("status", statusFor(acting, act));
        set(acting, act, *changes);
    }
    return act.ticket;
}

} // namespace psa::sandbox::autotask
