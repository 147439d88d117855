#include "ticket_row.h"

#include "common/text.h"

namespace psa::plugins::connectwise {

std::string ticketPath(std::string_view ticketId, const std::string &more)
{
    if (!isInteger(ticketId) || ticketId.front() == '-')
        throw missingTicket(thePsa, ticketId);
    return "service/tickets/" + std::string(ticketId) + more;
}

Object::Ptr readTicketRow(Client &client, std::string_view ticketId)
{
    const std::string path = ticketPath(ticketId);
    Object::Ptr row = aboutTicket(ticketId, [&] { return client.get(path); });
    if (integerOf(*row, "id").value_or(0) <= 0)
        throw psa::Error(PSA_UNAVAILABLE, "ConnectWise did not return a usable response when the ticket was read.")
            .hint("Try again in some minutes.");
    return row;
}

std::int64_t mergedInto(const Object &row)
{
    return referredId(row, "mergedParentTicket");
}

void throwIfMerged(const Object &row, std::string_view ticketId)
{
    if (const std::int64_t parent = mergedInto(row); parent > 0)
        throw psa::Error(PSA_NOT_FOUND, "Ticket " + oneLine(ticketId) + " was merged into ticket " +
                                            std::to_string(parent) + " in ConnectWise.")
            .hint("Continue there: updates of a merged ticket reach nobody.");
}

psa::TicketStatus statusOf(const Object &row)
{
    const Object::Ptr status = row.getObject("status");
    return status ? psa::TicketStatus{textOf(*status, "id"), oneLine(textOf(*status, "name"))} : psa::TicketStatus{};
}

std::int64_t referredId(const Object &row, const std::string &field)
{
    const Object::Ptr reference = row.getObject(field);
    return reference ? integerOf(*reference, "id").value_or(0) : 0;
}

} // namespace psa::plugins::connectwise
