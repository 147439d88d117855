#pragma once

#include "sandbox/common/tenant_service.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace psa::sandbox::autotask {

struct TicketTruth
{
    std::int64_t id = 0;
    std::string number;
    std::string externalID;
    std::int64_t companyID = 0;
    std::string title;
    std::string created; ///< ISO 8601, UTC.
    /// Number in the request log of the request that created it; 0: from the tenant file.
    unsigned long long request = 0;
    std::string status;   ///< Its label.
    std::string assignee; ///< Name of the primary resource; empty: nobody.
};

/// What really happened; references are those in externalID.
struct Truth : CommonTruth
{
    std::vector<TicketTruth> tickets;
    bool locked = false;
    std::int64_t maxAtOnce = 0; ///< Concurrent requests for one tracking identifier and entity.
    std::int64_t callsThisHour = 0;

    /// The number of tickets with this externalID.
    std::size_t ticketsWith(const std::string &externalID) const;
};

Object::Ptr toJson(const Truth &truth);

} // namespace psa::sandbox::autotask
