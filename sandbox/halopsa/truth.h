#pragma once

#include "sandbox/common/rows.h"
#include "sandbox/common/tenant_service.h"
#include "sandbox/halopsa/journal.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace psa::sandbox::halopsa {

struct TicketTruth
{
    std::int64_t id = 0;
    std::string reference; ///< third_party_id_string.
    std::int64_t clientId = 0;
    std::string client; ///< Its name; likewise for type, status, priority and agent.
    std::string type;
    std::string status;
    std::string priority; ///< Empty: none.
    std::string summary;
    std::string created; ///< ISO 8601, UTC.
    /// Number in the request log of the request that created it; 0: from the tenant file.
    unsigned long long request = 0;
    std::string agent; ///< "Unassigned": nobody.
    std::string team;
    bool closed = false;
    bool deleted = false;
    std::int64_t mergedInto = 0; ///< 0: not merged.
    std::vector<std::int64_t> assets{};
};

/// What really happened; references are those in third_party_id_string.
struct Truth : CommonTruth
{
    std::vector<TicketTruth> tickets;        ///< Deleted ones, too.
    std::vector<Notification> notifications; ///< The writes that mailed people.
    std::size_t refusedTokens = 0;           ///< Requests to the API without a valid token.
    std::size_t tokens = 0;                  ///< Tokens that were issued.
    std::int64_t maxAtOnce = 0;              ///< Concurrent requests.
    std::int64_t callsInWindow = 0;          ///< Requests of the last five minutes.

    /// The number of tickets with this third_party_id_string.
    std::size_t ticketsWith(const std::string &reference) const;
};

/// Every ticket of the tenant.
std::vector<TicketTruth> ticketTruths(const Rows &rows);
/// Every note that is not deleted.
std::vector<NoteTruth> noteTruths(const Rows &rows);

Object::Ptr toJson(const Truth &truth);

} // namespace psa::sandbox::halopsa
