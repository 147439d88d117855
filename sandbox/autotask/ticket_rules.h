#pragma once

#include "sandbox/autotask/core.h"

namespace psa::sandbox::autotask {

/// Checks a create as the service does, fills in what the category gives and what the service sets, stores the ticket
/// and gives its id. Throws ApiError.
std::int64_t createTicket(const Core &core, const std::string &body);
/// Changes the fields that `body` names; `whole`: those it does not name become null. Throws ApiError.
std::int64_t changeTicket(const Core &core, const std::string &body, bool whole);

} // namespace psa::sandbox::autotask
