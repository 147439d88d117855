#include "ticket_mapping.h"
#include "verbs.h"

#include "common/ticket_document.h"

namespace psa::plugins::autotask {
namespace {

Object::Ptr post(Client &client, const Object &body)
{
    try
    {
        return client.create("Tickets", body);
    }
    catch (const psa::Error &error)
    {
        // The cached data of the tenant may be outdated: the next ticket reads it again.
        if (error.status() == PSA_INVALID_TICKET)
            client.kept().forgetUsed();
        throw;
    }
}

} // namespace

std::string createTicket(Client &client, std::string_view reference, std::string_view ticketJson)
{
    std::vector<psa::Warning> warnings;
    const Object body = TicketMapping(client, warnings).map(reference, *parseTicket(ticketJson));
    const Object::Ptr answer = psa::sendWith(client.call(), warnings, [&] { return post(client, body); });
    if (const std::string words = errorWords(*answer); !words.empty())
        warnings.push_back({"Autotask created the ticket and says: " + words});
    const std::string id = std::to_string(integerOf(*answer, "itemId").value_or(0));
    // The number would cost another request: psa.ticket/1 reads it when there is spare quota.
    return psa::ticketResult({id, {}, ticketUrl(client.zone(), id)}, warnings);
}

} // namespace psa::plugins::autotask
