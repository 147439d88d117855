#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

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
    if (!isInteger(ticketId) || ticketId.front() == '-')
        throw missingTicket(thePsa, ticketId);
    Object::Ptr row;
    try
    {
        row = client.get("service/tickets/" + std::string(ticketId));
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND) // An HTML page with 404 comes from a server without this API.
            throw;
        throw missingTicket(thePsa, ticketId).httpStatus(404);
    }
    const auto ticket = ticketOf(*row, client);
    if (!ticket)
        throw psa::Error(PSA_UNAVAILABLE, "ConnectWise did not return a usable response when the ticket was read.")
            .hint("Try again in some minutes.");
    return psa::ticketResult(*ticket);
}

} // namespace psa::plugins::connectwise
