#pragma once

#include "common/ticket_name.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::halopsa {

/// Every ticket field that the plugin writes.
const std::vector<TicketName> &ticketNames();

/// The field with this name in a ticket document, which must exist.
const TicketName &ticketName(std::string_view ours);

/// The field that the words of an error mention first, such as "Please enter a Category"; nullptr if there is none.
const TicketName *nameInError(const std::string &words);

/// What to do about a ticket that HaloPSA rejects because of this field.
std::string hintFor(const TicketName &name);

/// The values belong to a ticket type: its SLA has the priorities, and each type allows some statuses.
bool isOfType(const TicketName &name);

/// The number of a category, 1 to 4; 0 for other fields.
unsigned categoryNumber(const TicketName &name);

} // namespace psa::plugins::halopsa
