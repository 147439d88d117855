#pragma once

#include "client.h"

#include "common/authors.h"

#include <string>
#include <string_view>

namespace psa::plugins::connectwise {

/// The identifier under which ConnectWise shows what this API member does; empty if it is not known yet. There is no
/// dependable request for it: it is taken from the responses to the plugin's own writes, and cached.
std::string ownIdentifier(Client &client);

/// The same, from a ticket that this host has created if nothing is cached; one more request then.
std::string ownIdentifierFor(Client &client, std::string_view ticketId);
/// The same, from the ticket itself.
std::string ownIdentifierIn(Client &client, const Object &ticketRow);

/// Caches the identifier in `created`, a ticket or note that the plugin has just created.
void rememberOwnIdentifier(Client &client, const Object &created);

/// `identifier`: of a member, or another name that ConnectWise shows. `own`: see ownIdentifier().
Author authorOf(const Configuration &configuration, const std::string &own, const std::string &identifier);

} // namespace psa::plugins::connectwise
