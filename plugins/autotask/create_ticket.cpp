#include "ticket_mapping.h"
#include "verbs.h"

#include "common/ticket_document.h"

namespace plugins::autotask {
namespace {

Object::Ptr post(Client &client, const Object &body)
{
    try
    {
        return client.create("Tickets", body);
    }
    catch (const psa::Error &error)
    {
        // What is kept of the tenant may be out of date: the next ticket reads it anew.
        if (error.status() == PSA_INVALID_TICKET)
            client.kept().forgetUsed();
        throw;
    }
}

} // namespace

std::string createTicket(Client &client, std::string_view reference, std::string_view ticketJson)
{
    Warnings warnings;
    const Object body = TicketMapping(client, warnings).map(reference, *parseTicket(ticketJson));
    const Object::Ptr answer = post(client, body);
    if (const std::string words = errorWords(*answer); !words.empty())
        warnings.add("Autotask created the ticket and says: " + words);

    const std::string id = std::to_string(integerOf(*answer, "itemId").value_or(0));
    Object::Ptr ticket = new Object;
    ticket->set("id", id);
    // The number would cost another request: psa.ticket/1 reads it when there is budget to spare.
    if (const std::string url = ticketUrl(client.zone(), id); !url.empty())
        ticket->set("url", url);
    return ticketResult(ticket, warnings);
}

} // namespace plugins::autotask
