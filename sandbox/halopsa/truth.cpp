#include "sandbox/halopsa/truth.h"

#include "sandbox/common/dates.h"
#include "sandbox/halopsa/core.h"
#include "sandbox/halopsa/entities.h"
#include "sandbox/halopsa/ticket_rules.h"

#include <algorithm>

namespace psa::sandbox::halopsa {
namespace {

std::string priorityOf(const Rows &rows, const Object &ticket)
{
    for (const auto &[id, row] : rows.table("Priority"))
        if (isSet(ticket, "priority_id") && idIn(*row.values, "slaid") == idIn(ticket, "sla_id") &&
            idIn(*row.values, "priorityid") == idIn(ticket, "priority_id"))
            return textIn(row, "name");
    return {};
}

TicketTruth ticketTruth(const Rows &rows, std::int64_t id, const Row &row)
{
    const Object &ticket = *row.values;
    TicketTruth truth;
    truth.id = id;
    truth.reference = textIn(row, "third_party_id_string");
    truth.clientId = idIn(ticket, "client_id");
    truth.client = textOf(rows, "Client", truth.clientId);
    truth.type = textOf(rows, "TicketType", idIn(ticket, "tickettype_id"));
    truth.status = textOf(rows, "Status", idIn(ticket, "status_id"));
    truth.priority = priorityOf(rows, ticket);
    truth.summary = textIn(row, "summary");
    truth.created = isSet(ticket, "datecreated") ? formatDate(idIn(ticket, "datecreated"), true) : "";
    truth.request = row.request;
    truth.agent = textOf(rows, "Agent", idIn(ticket, "agent_id"));
    truth.team = textIn(row, "team");
    truth.closed = isClosed(rows, idIn(ticket, "status_id"));
    truth.deleted = flag(ticket, "deleted");
    truth.mergedInto = idIn(ticket, "merged_into_id");
    const Array::Ptr assets = ticket.getArray("assets");
    for (unsigned i = 0; assets && i < assets->size(); ++i)
        truth.assets.push_back(assets->getElement<std::int64_t>(i));
    return truth;
}

Object::Ptr ticketJson(const TicketTruth &ticket)
{
    Object::Ptr object = newObject();
    object->set("id", ticket.id);
    object->set("thirdPartyId", ticket.reference);
    object->set("clientId", ticket.clientId);
    object->set("client", ticket.client);
    object->set("type", ticket.type);
    object->set("status", ticket.status);
    object->set("priority", ticket.priority);
    object->set("summary", ticket.summary);
    object->set("created", ticket.created);
    object->set("request", ticket.request);
    object->set("agent", ticket.agent);
    object->set("team", ticket.team);
    object->set("closed", ticket.closed);
    object->set("deleted", ticket.deleted);
    object->set("mergedInto", ticket.mergedInto);
    Array::Ptr assets = new Array;
    for (const std::int64_t id : ticket.assets)
        assets->add(id);
    object->set("assets", assets);
    return object;
}

} // namespace

std::size_t Truth::ticketsWith(const std::string &reference) const
{
    return static_cast<std::size_t>(
        std::count_if(tickets.begin(), tickets.end(), [&](const TicketTruth &t) { return t.reference == reference; }));
}

std::vector<TicketTruth> ticketTruths(const Rows &rows)
{
    std::vector<TicketTruth> all;
    for (const char *table : {ticketTable, deletedTickets})
        for (const auto &[id, row] : rows.table(table))
        {
            all.push_back(ticketTruth(rows, id, row));
            all.back().deleted = all.back().deleted || table == deletedTickets;
        }
    return all;
}

std::vector<NoteTruth> noteTruths(const Rows &rows)
{
    std::vector<NoteTruth> all;
    for (const auto &[key, row] : rows.table(actionTable))
        if (const Object &action = *row.values; idIn(action, "action_systemid") == 0)
            all.push_back({idIn(action, "id"), idIn(action, "ticket_id"), "", textIn(row, "note"),
                           !flag(action, "hiddenfromuser"), textIn(row, "outcome"), textIn(row, "who"),
                           formatDate(idIn(action, "datetime"), true), row.request});
    return all;
}

Object::Ptr toJson(const Truth &truth)
{
    Array::Ptr tickets = new Array;
    for (const TicketTruth &ticket : truth.tickets)
        tickets->add(ticketJson(ticket));
    Object::Ptr object = newObject();
    object->set("tickets", tickets);
    object->set("notifications", toJson(truth.notifications));
    addTo(*object, truth);
    object->set("refusedTokens", truth.refusedTokens);
    object->set("tokens", truth.tokens);
    object->set("maxAtOnce", truth.maxAtOnce);
    object->set("callsInWindow", truth.callsInWindow);
    return object;
}

} // namespace psa::sandbox::halopsa
