#pragma once

#include "common/ticket_name.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::connectwise {

/// Every ticket field that the plugin writes.
const std::vector<TicketName> &ticketNames();

/// The field with this name in a ticket document, which must exist.
const TicketName &ticketName(std::string_view ours);

/// The field that an error of ConnectWise refers to, such as "status/id"; nullptr if the plugin writes no such field.
const TicketName *nameInError(std::string_view field);

/// What to do about a ticket that ConnectWise rejects because of this field.
std::string hintFor(const TicketName &name);

/// The values belong to a board: each board has its own.
bool isOfBoard(const TicketName &name);

} // namespace psa::plugins::connectwise
