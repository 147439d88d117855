#include "identity.h"
#include "ticket_mapping.h"
#include "ticket_names.h"
#include "verbs.h"

#include "common/text.h"

namespace psa::plugins::connectwise {
namespace {

/// Adds to a rejection the values that ConnectWise would have accepted, if they can be read.
psa::Error withCandidates(psa::Error error, Client &client, PickLists &lists, const TicketMapping &mapping)
{
    const std::string field(psa::view(error.toC().field));
    for (const TicketName &name : pickListNames(ticketNames()))
        if (field == name.ours && (!isOfBoard(name) || !mapping.board().empty()))
            try
            {
                const std::string hint(psa::view(error.toC().hint));
                error.hint(hint + " Valid values: " +
                           candidates(activeValues(lists.candidatesOf(name, mapping.board(), mapping.choice()))) + ".");
            }
            catch (const psa::Error &other)
            {
                client.call().info(std::string("The valid values could not be read: ") + other.what());
            }
    return error;
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
        throw withCandidates(error, client, lists, mapping);
    }
}

} // namespace psa::plugins::connectwise
