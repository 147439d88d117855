#include "ticket_names.h"
#include "ticket_row.h"
#include "verbs.h"

#include "common/text.h"

namespace psa::plugins::halopsa {
namespace {

/// Reads the statuses of the ticket's type if they are not cached, because people want to see the label.
std::string statusLabel(Client &client, const Object &row)
{
    PickLists lists(client);
    std::string label = statusOf(lists, row).label;
    if (!label.empty())
        return label;
    const std::string status = textOf(row, "status_id");
    for (const PickValue &value : lists.values(ticketName("status"), textOf(row, "tickettype_id")))
        if (value.id == status)
            return value.label;
    return {};
}

} // namespace

std::string readTicket(Client &client, std::string_view ticketId)
{
    const TicketRow ticket = readTicketRow(client, ticketNumber(ticketId));
    if (!ticket.row)
        throw missingTicket(thePsa, ticketId);
    psa::Ticket result = ticketOf(client, *ticket.row).value(); // readTicketRow() has checked that there is an id.
    result.status = ticket.presence == Presence::deleted ? "Deleted" : statusLabel(client, *ticket.row);
    return psa::ticketResult(result);
}

} // namespace psa::plugins::halopsa
