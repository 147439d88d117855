#include "sandbox/connectwise/truth.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/core.h"

#include <algorithm>

namespace psa::sandbox::connectwise {

std::size_t Truth::ticketsWith(const std::string &externalXRef) const
{
    return static_cast<std::size_t>(std::count_if(
        tickets.begin(), tickets.end(), [&](const TicketTruth &t) { return t.externalXRef == externalXRef; }));
}

std::vector<TicketTruth> ticketTruths(const Rows &rows)
{
    const auto text = [&rows](const char *entity, std::int64_t id, const char *field) {
        const Row *row = rows.find(entity, id);
        return row == nullptr ? std::string() : textIn(*row, field);
    };
    std::vector<TicketTruth> all;
    for (const auto &[id, row] : rows.table(tickets().name))
    {
        const Object &ticket = *row.values;
        const std::int64_t company = idIn(ticket, "company");
        all.push_back({id, textIn(row, "externalXRef"), company, text("Companies", company, "identifier"),
                       text("Boards", idIn(ticket, "board"), "name"), text("Statuses", idIn(ticket, "status"), "name"),
                       textIn(row, "summary"),
                       isSet(ticket, "dateEntered") ? formatDate(idIn(ticket, "dateEntered"), true) : "", row.request});
    }
    return all;
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
    object->set("maxAtOnce", truth.maxAtOnce);
    object->set("callsThisMinute", truth.callsThisMinute);
    return object;
}

} // namespace psa::sandbox::connectwise
