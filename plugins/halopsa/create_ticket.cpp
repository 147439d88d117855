#include "own_changes.h"
#include "ticket_mapping.h"
#include "ticket_names.h"
#include "ticket_row.h"
#include "verbs.h"

namespace psa::plugins::halopsa {

std::string createTicket(Client &client, std::string_view reference, std::string_view ticketJson)
{
    std::vector<psa::Warning> warnings;
    PickLists lists(client);
    TicketMapping mapping(client, lists, warnings);
    const Object body = mapping.map(reference, *parseTicket(ticketJson));
    try
    {
        const Object::Ptr made = psa::sendWith(client.call(), warnings, [&] { return client.createTicket(body); });
        // What HaloPSA's templates and rules have set with the creation is nobody's work either.
        rememberOwnChanges(client, integerOf(*made, "id").value(), body);
        rememberOwnChanges(client, integerOf(*made, "id").value(), *made);
        // readObject() has checked that there is an id.
        return psa::ticketResult(ticketOf(client, *made).value(), warnings);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET)
            throw;
        // The cached data of the tenant may be outdated: the next ticket reads it again.
        client.kept().forgetUsed();
        throw withCandidates(error, client.call(), pickListNames(ticketNames()),
                             [&](const TicketName &name) { return lists.values(name, mapping.type()); });
    }
}

} // namespace psa::plugins::halopsa
