#include "metadata.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace plugins::autotask {

std::optional<psa::Ticket> ticketOf(const Object &row, const Zone &zone, const Metadata *metadata)
{
    const auto id = integerOf(row, "id");
    if (!id)
        return std::nullopt;
    return psa::Ticket{std::to_string(*id), oneLine(textOf(row, "ticketNumber")), ticketUrl(zone, std::to_string(*id)),
                       metadata == nullptr ? "" : metadata->label("status", textOf(row, "status"))};
}

namespace {

/// The ticket's row; null if there is none. A service that answers a missing one with 404 is asked for something that is
/// always there: without that too, it is the Zone URL that is wrong.
Object::Ptr rowOf(Client &client, const std::string &ticketId)
{
    Object::Ptr answer;
    try
    {
        answer = client.get("Tickets/" + ticketId);
    }
    catch (const psa::Error &error)
    {
        if (error.toC().http_status != 404)
            throw;
        client.get("Version");
        return {};
    }
    Object::Ptr item = answer->getObject("item");
    if (!item && !answer->has("item"))
        throw psa::Error(PSA_UNAVAILABLE, "Autotask gives no usable answer to the reading of a ticket.")
            .hint("Try again in some minutes.");
    return item;
}

} // namespace

std::string readTicket(Client &client, std::string_view ticketId)
{
    if (!isInteger(ticketId))
        throw missingTicket(thePsa, ticketId);
    const Object::Ptr item = rowOf(client, std::string(ticketId));
    if (!item)
        throw missingTicket(thePsa, ticketId);
    const Metadata metadata = Metadata::ticketFields(client);
    const auto ticket = ticketOf(*item, client.zone(), &metadata);
    if (!ticket)
        throw missingTicket(thePsa, ticketId);
    return psa::ticketResult(*ticket);
}

} // namespace plugins::autotask
