#pragma once

#include "client.h"

#include "common/ticket_document.h"

#include <psa/results.hpp>

#include <string>
#include <string_view>

namespace psa::plugins::connectwise {

/// The path of the ticket, "service/tickets/7", with `more` behind it. Throws psa::Error(PSA_NOT_FOUND) for a text that
/// is not the id of a ticket.
std::string ticketPath(std::string_view ticketId, const std::string &more = {});

/// Runs `send`, which sends a request about the ticket. Throws psa::Error(PSA_NOT_FOUND) that names the ticket if
/// ConnectWise has no such one.
template <class Send>
auto aboutTicket(std::string_view ticketId, Send &&send)
{
    try
    {
        return send();
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND) // An HTML page with 404 comes from a server without this API.
            throw;
        throw missingTicket(thePsa, ticketId).httpStatus(404);
    }
}

/// The ticket as ConnectWise has it, with an id. Throws psa::Error.
Object::Ptr readTicketRow(Client &client, std::string_view ticketId);

/// The ticket that this one was merged into; 0 if it was not.
std::int64_t mergedInto(const Object &row);

/// Throws psa::Error(PSA_NOT_FOUND) if the ticket was merged into another one.
void throwIfMerged(const Object &row, std::string_view ticketId);

psa::TicketStatus statusOf(const Object &row);

/// The id of the record that `field` refers to, such as "status"; 0 if there is none.
std::int64_t referredId(const Object &row, const std::string &field);

} // namespace psa::plugins::connectwise
