#pragma once

#include "sandbox/common/rows.h"
#include "sandbox/common/service.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

struct TicketTruth
{
    std::int64_t id = 0;
    std::string externalXRef;
    std::int64_t companyId = 0;
    std::string company; ///< Its identifier.
    std::string board;   ///< Its name; likewise for status.
    std::string status;
    std::string summary;
    std::string created; ///< ISO 8601, UTC.
    /// Number in the request log of the request that created it; 0: from the tenant file.
    unsigned long long request = 0;
};

/// What really happened, whatever the client was told.
struct Truth
{
    std::vector<TicketTruth> tickets;
    ReferenceCounts references; ///< Keyed by externalXRef.
    std::size_t failedLogins = 0;
    std::int64_t maxAtOnce = 0; ///< Concurrent requests of one company and key.
    std::int64_t callsThisMinute = 0;

    /// The number of tickets with this externalXRef.
    std::size_t ticketsWith(const std::string &externalXRef) const;
};

/// Every ticket of the tenant.
std::vector<TicketTruth> ticketTruths(const Rows &rows);

Object::Ptr toJson(const Truth &truth);

} // namespace psa::sandbox::connectwise
