#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/tenant.h"

namespace psa::sandbox::connectwise {

/// Sets the version of the response in api-current-version. A request for the vendor's own media type gets that, with
/// the requested version.
void addVersion(const Request &request, const Tenant &tenant, Answer &answer);

} // namespace psa::sandbox::connectwise
