#pragma once

#include "sandbox/common/rows.h"
#include "sandbox/common/tenant_service.h"
#include "sandbox/connectwise/journal.h"

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
    std::string priority{}; ///< Its name; likewise for the type.
    std::string type{};
    std::string owner{}; ///< The member's identifier; empty: nobody.
    bool closed = false;
    bool deleted = false;
    std::int64_t mergedInto = 0; ///< 0: not merged.
    std::vector<std::int64_t> configurations{};
};

/// What really happened; references are those in externalXRef.
struct Truth : CommonTruth
{
    std::vector<TicketTruth> tickets;        ///< Deleted ones, too.
    std::vector<Notification> notifications; ///< The writes that mailed people.
    std::int64_t maxAtOnce = 0;              ///< Concurrent requests of one company and key.
    std::int64_t callsThisMinute = 0;

    /// The number of tickets with this externalXRef.
    std::size_t ticketsWith(const std::string &externalXRef) const;
};

/// Every ticket of the tenant.
std::vector<TicketTruth> ticketTruths(const Rows &rows);
/// Every note that is not deleted.
std::vector<NoteTruth> noteTruths(const Rows &rows);
/// Every changed field of a ticket.
std::vector<ChangeTruth> changeTruths(const Journal &journal);
/// The ids of the configurations that the ticket has.
std::vector<std::int64_t> configurationsOf(const Rows &rows, std::int64_t ticket);

Object::Ptr toJson(const Truth &truth);

} // namespace psa::sandbox::connectwise
