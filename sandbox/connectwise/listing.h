#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// What a list is of.
struct Listed
{
    const Entity &entity;
    std::int64_t parent = 0; ///< Whose rows; 0: of all.
};

/// One page as a bare array, with the header Link where there are more. Throws ApiError.
Answer listPage(const Core &core, const Listed &listed, const Request &request);
/// {"count": n} of what the conditions of the request leave. Throws ApiError.
Answer countAll(const Core &core, const Listed &listed, const Request &request);

} // namespace psa::sandbox::connectwise
