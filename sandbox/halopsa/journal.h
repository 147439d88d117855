#pragma once

#include "sandbox/common/human.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace psa::sandbox::halopsa {

/// Who does something in the PSA.
struct Actor
{
    std::string name;        ///< "Tess Tech".
    std::int64_t agent = 0;  ///< 0: not an agent.
    std::int64_t user = 0;   ///< 0: not a user of a client.
    std::string application; ///< Through which it is done; empty for the PSA's own rules.
};

/// A rule of the tenant, which is neither an agent nor an application.
inline Actor ruleActor()
{
    return {"Ticket Rule", 0, 0, ""};
}

/// A changed field of a ticket, or a deletion or a merge.
struct AuditEntry
{
    ChangeTruth change;
    Actor actor;
    std::int64_t at = 0; ///< Milliseconds since 1970.
};

/// What happened in the tenant.
struct Journal
{
    std::vector<AuditEntry> audit;
    std::vector<Notification> notifications;
    std::map<std::int64_t, std::int64_t> lastActions; ///< By ticket: the highest number of its actions.
};

} // namespace psa::sandbox::halopsa
