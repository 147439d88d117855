#pragma once

#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// Creates the ticket that the body describes and returns its row. Throws ApiError.
const Row &createTicket(const Core &core, const std::string &body);

/// Changes the ticket by an array of {"op", "path", "value"} and returns its row. Throws ApiError.
const Row &patchTicket(const Core &core, std::int64_t id, const std::string &body);

/// The ticket. Throws ApiError if there is none.
const Row &requireTicket(const Core &core, std::int64_t id);

} // namespace psa::sandbox::connectwise
