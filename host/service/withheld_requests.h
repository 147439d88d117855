#pragma once

#include "host/connection/connection.h"
#include "host/delivery/attempt_record.h"

#include <memory>
#include <mutex>
#include <vector>

namespace psa::service {

/// What a dry run would have sent. Thread-safe.
class WithheldRequests
{
public:
    void add(const net::Exchange &exchange)
    {
        exchanges_.add(exchange);
        const std::lock_guard lock(mutex_);
        if (exchange.response.reason == net::Reason::dryRun)
            requests_.push_back(exchange.request);
    }
    std::vector<net::HttpRequest> all() const
    {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    /// All exchanges, for the audit log.
    const delivery::ExchangeLog &exchanges() const { return exchanges_; }

private:
    mutable std::mutex mutex_;
    std::vector<net::HttpRequest> requests_; ///< Guarded by mutex_.
    delivery::ExchangeLog exchanges_;
};

/// Options of a call of a dry run. `seen` is also owned by them: an abandoned call may still send requests after the dry
/// run has ended.
inline connection::CallOptions dryRunOptions(const std::shared_ptr<WithheldRequests> &seen)
{
    connection::CallOptions options;
    options.dryRun = true;
    options.warnings = std::make_shared<connection::CallWarnings>();
    options.observer = [seen](const net::Exchange &exchange) { seen->add(exchange); };
    return options;
}

} // namespace psa::service
