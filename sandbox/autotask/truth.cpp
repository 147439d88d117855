#include "sandbox/autotask/truth.h"

#include <algorithm>

namespace psa::sandbox::autotask {

std::size_t Truth::ticketsWith(const std::string &externalID) const
{
    return static_cast<std::size_t>(std::count_if(tickets.begin(), tickets.end(),
                                                  [&](const TicketTruth &t) { return t.externalID == externalID; }));
}

Object::Ptr toJson(const Truth &truth)
{
    Array::Ptr tickets = new Array;
    for (const TicketTruth &ticket : truth.tickets)
    {
        Object::Ptr object = newObject();
        object->set("id", ticket.id);
        object->set("ticketNumber", ticket.number);
        object->set("externalID", ticket.externalID);
        object->set("companyID", ticket.companyID);
        object->set("title", ticket.title);
        object->set("created", ticket.created);
        object->set("request", ticket.request);
        object->set("status", ticket.status);
        object->set("assignee", ticket.assignee);
        tickets->add(object);
    }
    Object::Ptr object = newObject();
    object->set("tickets", tickets);
    addTo(*object, truth);
    object->set("locked", truth.locked);
    object->set("maxAtOncePerEntity", truth.maxAtOnce);
    object->set("callsThisHour", truth.callsThisHour);
    return object;
}

} // namespace psa::sandbox::autotask
