#include "metadata.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace plugins::autotask {

Object::Ptr ticketOf(const Object &row, const Zone &zone, const Metadata *metadata)
{
    const auto id = integerOf(row, "id");
    if (!id)
        return {};
    Object::Ptr ticket = new Object;
    ticket->set("id", std::to_string(*id));
    if (const std::string number = oneLine(textOf(row, "ticketNumber")); !number.empty())
        ticket->set("number", number);
    if (const std::string url = ticketUrl(zone, std::to_string(*id)); !url.empty())
        ticket->set("url", url);
    const std::string status = metadata == nullptr ? "" : metadata->label("status", textOf(row, "status"));
    if (!status.empty())
        ticket->set("status", status);
    return ticket;
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
    const Object::Ptr ticket = ticketOf(*item, client.zone(), &metadata);
    if (!ticket)
        throw missingTicket(thePsa, ticketId);
    return ticketResult(ticket);
}

} // namespace plugins::autotask
