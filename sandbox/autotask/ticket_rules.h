#pragma once

#include "sandbox/autotask/core.h"

namespace psa::sandbox::autotask {

/// Checks a create as the service does, adds the category's defaults and the values set by the service, stores the
/// ticket and returns its id. Throws ApiError.
std::int64_t createTicket(const Core &core, const std::string &body);
/// Changes the fields in `body`; `whole`: all others become null. Throws ApiError.
std::int64_t changeTicket(const Core &core, const std::string &body, bool whole);

} // namespace psa::sandbox::autotask
