#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// The header Link of numbered pages: to the next and the last, and back. Empty for the only page.
std::string pageLinks(const Core &core, const Request &request, std::int64_t page, std::int64_t size,
                      std::int64_t last);

/// The header Link of pages that only go on: to the one behind `id`.
std::string nextLink(const Core &core, const Request &request, std::int64_t size, std::int64_t id);

} // namespace psa::sandbox::connectwise
