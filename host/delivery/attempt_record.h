#pragma once

#include "host/net/exchange.h"
#include "host/plugin/call_state.h"
#include "host/store/audit_entry.h"
#include "host/ticket/ticket.h"

#include <mutex>
#include <string>
#include <vector>

namespace psa::delivery {

/// So much of `body` as the audit keeps, as UTF-8; what was cut is marked.
std::string shortenedBody(const std::string &body);

/// Collects the exchanges of one call, shortened, for the audit: with bodies what changes something or did not go well.
/// From any thread.
class ExchangeLog
{
public:
    /// So much of a body is kept.
    static constexpr std::size_t maxBodyBytes = 4096;
    /// And so many exchanges.
    static constexpr std::size_t maxExchanges = 20;

    void add(const net::Exchange &exchange);
    /// A JSON array.
    std::string toJson() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> exchanges_;
    std::size_t leftOut_ = 0;
};

/// The audit entry of one attempt or look: what was said and sent, and what became of the ticket.
store::AuditEntry attemptEntry(const ticket::StoredTicket &ticket, const char *action,
                               const plugin::CallOutcome &outcome, const ticket::TicketSettlement &settlement,
                               const ExchangeLog &exchanges);

} // namespace psa::delivery
