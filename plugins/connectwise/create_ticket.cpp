#include "identity.h"
#include "ticket_mapping.h"
#include "ticket_names.h"
#include "verbs.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

/// The fields whose values can be listed for this ticket.
std::vector<TicketName> listable(const TicketMapping &mapping)
{
    std::vector<TicketName> names = pickListNames(ticketNames());
    if (mapping.board().empty())
        names.erase(std::remove_if(names.begin(), names.end(), isOfBoard), names.end());
    return names;
}

void warnOfMissingContact(const Object &body, const Object &made, std::vector<psa::Warning> &warnings)
{
    if (body.has("contactEmailLookup") && !made.getObject("contact"))
        warnings.push_back({"ConnectWise has no contact with the email " + oneLine(textOf(body, "contactEmailLookup")) +
                                "; the ticket has none.",
                            "contact"});
}

} // namespace

std::string createTicket(Client &client, std::string_view reference, std::string_view ticketJson)
{
    std::vector<psa::Warning> warnings;
    PickLists lists(client);
    TicketMapping mapping(client, lists, warnings);
    const Object body = mapping.map(reference, *parseTicket(ticketJson));
    try
    {
        const Object::Ptr made = psa::sendWith(client.call(), warnings,
                                               [&] { return client.post("service/tickets", body, Effect::creates); });
        warnOfMissingContact(body, *made, warnings);
        rememberOwnIdentifier(client, *made);
        // readObject() has checked that there is an id.
        return psa::ticketResult(ticketOf(*made, client).value(), warnings);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET)
            throw;
        // The cached data of the company may be outdated: the next ticket reads it again.
        client.kept().forgetUsed();
        throw withCandidates(error, client.call(), listable(mapping), [&](const TicketName &name) {
            return lists.candidatesOf(name, mapping.board(), mapping.choice());
        });
    }
}

} // namespace psa::plugins::connectwise
