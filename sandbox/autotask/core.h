#pragma once

#include "sandbox/autotask/database.h"
#include "sandbox/autotask/tenant.h"
#include "sandbox/common/clock.h"
#include "sandbox/common/rights.h"
#include "sandbox/common/switches.h"

#include <string>

namespace psa::sandbox::autotask {

/// Who writes.
struct Actor
{
    std::int64_t resource = 0;
    std::int64_t contact = 0;      ///< Set if it is not a resource.
    std::int64_t impersonator = 0; ///< The API user that acts as `resource`; 0: none.
};

/// The resource "Autotask Administrator", as which workflow rules and notifications write.
constexpr std::int64_t systemResource = 4;

/// What a request works with, locked by the service for the duration of the request.
struct Core
{
    Tenant &tenant;
    Database &database;
    const Switches &switches;
    SandboxClock::Time now;
    std::string url; ///< URL of the tenant's zone, ends with "/".
    const Rights &rights;
    Actor actor;
    std::chrono::milliseconds hideFor{0}; ///< For how long queries do not find a created row.
    std::chrono::milliseconds lag{0};     ///< For how long reads by id do not show what is written.
    unsigned long long request = 0;
    std::int64_t callsThisHour = 0;

    /// Throws ApiError if `what` ("create", "query", "update") was revoked.
    void require(const Entity &entity, const std::string &what) const;
    /// The same for somebody who needs no request.
    Core as(const Actor &other) const;
    /// A row that this request creates.
    Row row(Object::Ptr values) const { return {std::move(values), now + hideFor, request, now + lag}; }
};

} // namespace psa::sandbox::autotask
