#include "identity.h"

#include "ticket_row.h"

#include "common/text.h"
#include "common/ticket_note.h"

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

constexpr std::uint32_t ownMs = 24 * KeptValues::hourMs; // the longest that hosts take

/// Keys of another member make another identity.
std::string ownKey(const Client &client)
{
    return "own:" + client.configuration().publicKey;
}

/// Who created a ticket or a note.
std::string authorIn(const Object &created)
{
    const Object::Ptr info = created.getObject("_info");
    std::string identifier = oneLine(textOf(created, "createdBy")); // of a note
    return identifier.empty() && info ? oneLine(textOf(*info, "enteredBy")) : identifier;
}

} // namespace

std::string ownIdentifier(Client &client)
{
    return client.kept().getLasting(ownKey(client)).value_or("");
}

std::string ownIdentifierFor(Client &client, std::string_view ticketId)
{
    std::string own = ownIdentifier(client);
    return own.empty() ? ownIdentifierIn(client, *readTicketRow(client, ticketId)) : own;
}

std::string ownIdentifierIn(Client &client, const Object &ticketRow)
{
    constexpr std::size_t hostReference = 26; // Others write shorter ones into externalXRef.
    const std::string own = ownIdentifier(client);
    const std::string reference = textOf(ticketRow, "externalXRef");
    if (!own.empty() || reference.size() != hostReference || !isNoteReference(reference))
        return own;
    rememberOwnIdentifier(client, ticketRow);
    return authorIn(ticketRow);
}

void rememberOwnIdentifier(Client &client, const Object &created)
{
    if (const std::string identifier = authorIn(created); !identifier.empty() && identifier != ownIdentifier(client))
        client.kept().put(ownKey(client), identifier, ownMs);
}

Author authorOf(const Configuration &configuration, const std::string &own, const std::string &identifier)
{
    const std::string who = lower(oneLine(identifier));
    const auto &ignored = configuration.automationMembers;
    if (who == "workflow" || who == "emailconnector" || std::find(ignored.begin(), ignored.end(), who) != ignored.end())
        return Author::automation;
    if (who.empty() || own.empty())
        return Author::unknown;
    return who == lower(oneLine(own)) ? Author::self : Author::human;
}

} // namespace psa::plugins::connectwise
