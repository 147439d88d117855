#pragma once

#include "sandbox/common/rights.h"
#include "sandbox/common/rows.h"
#include "sandbox/common/switches.h"
#include "sandbox/halopsa/api_error.h"
#include "sandbox/halopsa/journal.h"
#include "sandbox/halopsa/tenant.h"

#include <string>

namespace psa::sandbox::halopsa {

/// What a request works with, locked by the service for the duration of the request.
struct Core
{
    const Tenant &tenant;
    Rows &rows;
    const Switches &switches;
    SandboxClock::Time now;
    const Rights &rights;
    Journal &journal;
    Actor actor;
    std::chrono::milliseconds hideFor{0}; ///< For how long lists do not contain a created row.
    std::chrono::milliseconds lag{0};     ///< For how long reads by id do not show what is written.
    unsigned long long request = 0;

    /// Throws ApiError if `what` ("create", "query", "update", "delete") was revoked for the entity.
    void require(const std::string &entity, const std::string &what) const;
    /// Whether the API agent may see lists of the entity at all: one without the right, or without teams if the entity
    /// is `ofTeams`, gets empty lists. Throws ApiError where the tenant rejects such requests instead.
    bool seesList(const std::string &entity, bool ofTeams = true) const;
    /// A row that this request creates.
    Row row(Object::Ptr values) const { return {std::move(values), now + hideFor, request, now + lag}; }
    /// The same for somebody who needs no request.
    Core as(const Actor &other) const;
};

/// The agent as which the API application acts.
Actor apiActor(const Tenant &tenant, const Rows &rows);

/// `field` of a row of `entity`; empty if there is no such row.
std::string textOf(const Rows &rows, const std::string &entity, std::int64_t id, const char *field = "name");

/// Time without a zone (it is UTC), as every date of the service.
std::string dateOnWire(std::int64_t millis);

/// Whether the array `list` of a row contains the number; a row without the list contains every number.
bool listHas(const Object &values, const char *list, std::int64_t number);

} // namespace psa::sandbox::halopsa
