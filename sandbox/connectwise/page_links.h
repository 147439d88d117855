#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// The Link header of numbered pages: next, last and backwards. Empty for a single page.
std::string pageLinks(const Core &core, const Request &request, std::int64_t page, std::int64_t size,
                      std::int64_t last);

/// The Link header of forward-only pages: to the page after `id`.
std::string nextLink(const Core &core, const Request &request, std::int64_t size, std::int64_t id);

} // namespace psa::sandbox::connectwise
