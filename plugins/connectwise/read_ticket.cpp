#include "ticket_row.h"
#include "verbs.h"

#include "common/text.h"

namespace psa::plugins::connectwise {

std::optional<psa::Ticket> ticketOf(const Object &row, const Client &client)
{
    const auto id = integerOf(row, "id");
    if (!id || *id <= 0)
        return std::nullopt;
    const std::string number = std::to_string(*id); // In ConnectWise the number of a ticket is its id.
    const Object::Ptr status = row.getObject("status");
    return psa::Ticket{number, number, client.ticketUrl(number), status ? oneLine(textOf(*status, "name")) : ""};
}

std::string readTicket(Client &client, std::string_view ticketId)
{
    // readTicketRow() has checked that there is an id.
    return psa::ticketResult(ticketOf(*readTicketRow(client, ticketId), client).value());
}

} // namespace psa::plugins::connectwise
