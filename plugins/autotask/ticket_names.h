#pragma once

#include "common/ticket_name.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::autotask {

/// Every ticket field that the plugin writes.
const std::vector<TicketName> &ticketNames();

/// The field with this name in a ticket document, which must exist.
const TicketName &ticketName(std::string_view ours);

/// The field that Autotask's error text refers to; nullptr if it names none that the plugin writes.
const TicketName *nameInError(std::string_view words);

/// What to do about a ticket that Autotask rejects because of this field.
std::string hintFor(const TicketName &name);

} // namespace psa::plugins::autotask
