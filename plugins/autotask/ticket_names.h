#pragma once

#include "common/ticket_name.h"

#include <string>
#include <string_view>
#include <vector>

namespace plugins::autotask {

/// Every ticket field that the plugin writes.
const std::vector<TicketName> &ticketNames();

/// The field that Autotask's error text is about; nullptr if it names none that the plugin writes.
const TicketName *nameInError(std::string_view words);

/// What to do about a ticket that Autotask refuses because of this field.
std::string hintFor(const TicketName &name);

} // namespace plugins::autotask
