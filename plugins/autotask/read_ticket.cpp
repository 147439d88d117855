#include "common/text.h"
#include "metadata.h"
#include "verbs.h"

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
    const auto missing = [&] {
        return psa::Error(PSA_NOT_FOUND, "Autotask has no ticket with the id " + oneLine(ticketId) +
                                             ", or the API user may not see it.")
            .hint("Open it in Autotask to see whether it was deleted or moved.");
    };
    if (!isInteger(ticketId))
        throw missing();
    const Object::Ptr item = rowOf(client, std::string(ticketId));
    if (!item)
        throw missing();
    const Metadata metadata = Metadata::ticketFields(client);
    const Object::Ptr ticket = ticketOf(*item, client.zone(), &metadata);
    if (!ticket)
        throw missing();
    Object result;
    result.set("version", 1);
    result.set("ticket", ticket);
    return toJson(result);
}

} // namespace plugins::autotask
