#pragma once

#include "sandbox/common/switches.h"

namespace psa::sandbox::connectwise {

/// Every behaviour of the service that is uncertain or differs from tenant to tenant.
std::vector<SwitchInfo> switches();

} // namespace psa::sandbox::connectwise
