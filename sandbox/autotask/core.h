#pragma once

#include "sandbox/autotask/database.h"
#include "sandbox/autotask/tenant.h"
#include "sandbox/common/clock.h"
#include "sandbox/common/rights.h"
#include "sandbox/common/switches.h"

#include <string>

namespace psa::sandbox::autotask {

/// What a request works with, locked by the service for the duration of the request.
struct Core
{
    Tenant &tenant;
    Database &database;
    const Switches &switches;
    SandboxClock::Time now;
    std::string url; ///< URL of the tenant's zone, ends with "/".
    const Rights &rights;
    std::int64_t impersonated = 0;        ///< Resource id named in the request, or 0.
    std::chrono::milliseconds hideFor{0}; ///< For how long queries do not find a created row.
    unsigned long long request = 0;
    std::int64_t callsThisHour = 0;

    /// Throws ApiError if `what` ("create", "query", "update") was revoked.
    void require(const Entity &entity, const std::string &what) const;
};

} // namespace psa::sandbox::autotask
