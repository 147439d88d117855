#include "ticket_row.h"
#include "verbs.h"

namespace psa::plugins::halopsa {

std::string readTicket(Client &client, std::string_view ticketId)
{
    const TicketRow ticket = readTicketRow(client, ticketNumber(ticketId));
    if (!ticket.row)
        throw missingTicket(thePsa, ticketId);
    return psa::ticketResult(labelledTicket(client, *ticket.row)); // readTicketRow() has checked that there is an id.
}

} // namespace psa::plugins::halopsa
