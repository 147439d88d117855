#pragma once

#include "client.h"

#include <cstdint>

namespace psa::plugins::halopsa {

/// What was done to a ticket, its notes among them. Ids count within the ticket; later actions have higher ones.
struct TicketActions
{
    Array::Ptr rows;    ///< Objects with an id, each once, all of this ticket.
    bool whole = false; ///< HaloPSA returned all that it has. It may show new ones late.
};

/// One request, two for a ticket with more than a hundred actions. Throws psa::Error.
TicketActions readActions(Client &client, std::int64_t ticket);

} // namespace psa::plugins::halopsa
