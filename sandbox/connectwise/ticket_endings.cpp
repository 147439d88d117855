#include "sandbox/connectwise/ticket_rules.h"
#include "sandbox/connectwise/write_values.h"

namespace psa::sandbox::connectwise {
namespace {

std::int64_t ticketIdIn(const Core &core, const Var &given)
{
    std::int64_t id = 0;
    if (given.isEmpty() || !toInteger(given.toString(), id))
        throw ApiError{400, "InvalidObject", "mergeTicketIds must be a list of ticket ids."};
    return idIn(*requireTicket(core, id).values, "id");
}

} // namespace

void mergeTickets(const Core &core, std::int64_t parent, const std::string &body)
{
    core.require(tickets().name, "update");
    requireTicket(core, parent);
    const Object::Ptr merge = readObject(body);
    const Array::Ptr ids = arrayIn(*merge, "mergeTicketIds");
    if (!ids || ids->size() == 0)
        throw ApiError{400, "InvalidObject", "mergeTicketIds must be a list of ticket ids."};
    for (unsigned i = 0; i < ids->size(); ++i)
    {
        const std::int64_t child = ticketIdIn(core, ids->get(i));
        if (child == parent)
            throw ApiError{400, "InvalidObject", "A ticket cannot be merged into itself."};
        if (const Object::Ptr status = objectIn(*merge, "status"))
        {
            Object::Ptr changes = newObject();
            changes->set("status", status);
            changeTicket(core, child, *changes);
        }
        touchTicket(core, child).set("mergedParentTicket", parent);
        core.record({child, "Ticket", "merged", "", std::to_string(parent),
                     "The ticket was merged into ticket " + std::to_string(parent) + "."});
    }
    touchTicket(core, parent).set("hasMergedChildTicketFlag", true);
    core.record({parent, "Ticket", "mergedChildren", "", "", "Tickets were merged into this one."});
}

void deleteTicket(const Core &core, std::int64_t id)
{
    core.require(tickets().name, "delete");
    core.rows.table(deletedTickets)[id] = requireTicket(core, id);
    core.rows.table(tickets().name).erase(id);
    core.record({id, "Ticket", "deleted", "", "", "The ticket was deleted."});
}

} // namespace psa::sandbox::connectwise
