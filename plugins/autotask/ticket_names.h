#pragma once

#include "common/ticket_name.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::autotask {

/// Every ticket field that the plugin writes.
const std::vector<TicketName> &ticketNames();

/// The field of that name in a ticket document, which must be there.
const TicketName &ticketName(std::string_view ours);

/// The field that Autotask's error text is about; nullptr if it names none that the plugin writes.
const TicketName *nameInError(std::string_view words);

/// What to do about a ticket that Autotask refuses because of this field.
std::string hintFor(const TicketName &name);

} // namespace psa::plugins::autotask
