#pragma once

#include "common/ticket_name.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::connectwise {

/// Every ticket field that the plugin writes.
const std::vector<TicketName> &ticketNames();

/// The field of that name in a ticket document, which must be there.
const TicketName &ticketName(std::string_view ours);

/// The field that an error of ConnectWise is about, such as "status/id"; nullptr if the plugin writes none of that name.
const TicketName *nameInError(std::string_view field);

/// What to do about a ticket that ConnectWise refuses because of this field.
std::string hintFor(const TicketName &name);

/// The values belong to a board: each board has its own.
bool isOfBoard(const TicketName &name);

} // namespace psa::plugins::connectwise
