#include "host/service/ticket_errors.h"

namespace psa::service {

std::string listOf(const std::vector<plugin::FieldError> &errors)
{
    std::string text;
    for (const plugin::FieldError &error : errors)
        text += (text.empty() ? "" : "; ") + error.message;
    return text;
}

TicketRefused::TicketRefused(std::vector<plugin::FieldError> wrong)
    : std::runtime_error("The ticket is invalid: " + listOf(wrong)), fields_(std::move(wrong))
{
}

KeyTaken::KeyTaken(const ticket::StoredTicket &earlier)
    : std::runtime_error("The key \"" + earlier.key + "\" was used for another ticket of the connection " +
                         earlier.connection + ", number " + std::to_string(earlier.id) +
                         " here. Use a new key for a new ticket, or repeat exactly the same request.")
{
}

KeyTaken::KeyTaken(const ticket::StoredOperation &earlier)
    : std::runtime_error("The key \"" + earlier.key + "\" was used for another " + ticket::toText(earlier.kind) +
                         " of ticket " + std::to_string(earlier.ticketId) +
                         ". Use a new key for a new request, or repeat exactly the same request.")
{
}

UnknownTicket::UnknownTicket(const std::string &name)
    : std::runtime_error("No ticket has the number or reference \"" + name + "\".")
{
}

TicketDamaged::TicketDamaged(const ticket::StoredTicket &ticket, const std::string &damage)
    : std::runtime_error("The stored request of ticket " + std::to_string(ticket.id) + " cannot be read: " + damage +
                         ". Submit it again, and discard this one.")
{
}

} // namespace psa::service
