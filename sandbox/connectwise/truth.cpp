#include "sandbox/connectwise/truth.h"

#include <algorithm>

namespace psa::sandbox::connectwise {

std::size_t Truth::ticketsWith(const std::string &externalXRef) const
{
    return static_cast<std::size_t>(std::count_if(
        tickets.begin(), tickets.end(), [&](const TicketTruth &t) { return t.externalXRef == externalXRef; }));
}

Object::Ptr toJson(const Truth &truth)
{
    Array::Ptr tickets = new Array;
    for (const TicketTruth &ticket : truth.tickets)
    {
        Object::Ptr object = newObject();
        object->set("id", ticket.id);
        object->set("externalXRef", ticket.externalXRef);
        object->set("companyId", ticket.companyId);
        object->set("company", ticket.company);
        object->set("board", ticket.board);
        object->set("status", ticket.status);
        object->set("summary", ticket.summary);
        object->set("created", ticket.created);
        object->set("request", ticket.request);
        tickets->add(object);
    }
    Object::Ptr object = newObject();
    object->set("tickets", tickets);
    object->set("references", toJson(truth.references));
    object->set("failedLogins", truth.failedLogins);
    object->set("mostAtOnce", truth.mostAtOnce);
    object->set("callsThisMinute", truth.callsThisMinute);
    return object;
}

} // namespace psa::sandbox::connectwise
