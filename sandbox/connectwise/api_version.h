#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/tenant.h"

namespace psa::sandbox::connectwise {

/// Tells the version of the answer in api-current-version. Who asks for the vendor's own media type gets that, with the
/// version that it names.
void addVersion(const Request &request, const Tenant &tenant, Answer &answer);

} // namespace psa::sandbox::connectwise
