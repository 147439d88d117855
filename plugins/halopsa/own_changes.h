#pragma once

#include "client.h"

#include <cstdint>
#include <map>
#include <string>

namespace psa::plugins::halopsa {

/// The values of a ticket that people change without writing anything, by HaloPSA's names.
using TicketState = std::map<std::string, std::string>;

/// Those of a row.
TicketState stateOf(const Object &row);

/// What the plugin itself has set on a ticket within the last day: HaloPSA's list of actions does not show every change.
TicketState ownChanges(Client &client, std::int64_t ticket);
/// `sent`: the body of the request.
void rememberOwnChanges(Client &client, std::int64_t ticket, const Object &sent);

/// As JSON, and back; values that are no texts are left out.
Object::Ptr jsonOf(const TicketState &state);
TicketState stateIn(const Object &json);

} // namespace psa::plugins::halopsa
