#pragma once

#include "host/net/http_types.h"
#include "host/plugin/call_state.h"
#include "host/store/audit_entry.h"
#include "host/ticket/ticket.h"

#include <mutex>
#include <string>
#include <vector>

namespace psa::delivery {

/// The part of `body` that the audit log keeps, as UTF-8; truncation is marked.
std::string shortenedBody(const std::string &body);

/// Collects the exchanges of one call, shortened, for the audit log; bodies only of changing or failed requests.
/// Thread-safe.
class ExchangeLog
{
public:
    /// Maximum length of a kept body.
    static constexpr std::size_t maxBodyBytes = 4096;
    /// Maximum number of kept exchanges.
    static constexpr std::size_t maxExchanges = 20;

    void add(const net::Exchange &exchange);
    /// A JSON array.
    std::string toJson() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> exchanges_;
    std::size_t leftOut_ = 0;
};

/// The audit entry of one attempt or lookup: what was reported and sent, and the new state.
store::AuditEntry attemptEntry(const ticket::Progress &progress, const std::string &connection, std::int64_t ticketId,
                               const char *action, const plugin::CallOutcome &outcome,
                               const ticket::Settlement &settlement, const ExchangeLog &exchanges);

} // namespace psa::delivery
