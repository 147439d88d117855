#pragma once

#include "sandbox/common/rights.h"
#include "sandbox/common/rows.h"
#include "sandbox/common/switches.h"
#include "sandbox/connectwise/entities.h"
#include "sandbox/connectwise/journal.h"
#include "sandbox/connectwise/tenant.h"

#include <string>

namespace psa::sandbox::connectwise {

/// What a request works with, locked by the service for the duration of the request.
struct Core
{
    const Tenant &tenant;
    Rows &rows;
    const Switches &switches;
    SandboxClock::Time now;
    std::string url; ///< URL of the API as addressed by the request, ends with "/".
    const Rights &rights;
    Journal &journal;
    Actor actor;
    std::chrono::milliseconds hideFor{0}; ///< For how long lists do not contain a created row.
    unsigned long long request = 0;

    /// Adds `done`, without who did it and when, to the audit trail: the actor did it now.
    void record(JournalEntry done) const;
    /// Records that the write notifies people, unless `values` have "processNotifications": false. `what`: see Notification.
    void notify(std::int64_t ticket, const char *what, const Object &values) const;
    /// Throws ApiError if `what` ("create", "query", "update", "delete") was revoked for the entity.
    void require(const std::string &entity, const std::string &what) const;
};

/// Inserts a new row, without null values.
const Row &insert(const Core &core, const Entity &entity, Object::Ptr values);

/// The member whose keys the API user has.
Actor apiMember(const Tenant &tenant, const Rows &rows);

/// The name of a row in references: its name, or that of a person.
std::string nameOf(const Row &row);

} // namespace psa::sandbox::connectwise
