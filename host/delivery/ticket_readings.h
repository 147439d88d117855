#pragma once

#include "host/connection/connection.h"
#include "host/notify/notifier.h"
#include "host/store/store.h"

#include <mutex>
#include <optional>
#include <string>

namespace psa::delivery {

/// Reads tickets a short time after they were written: what humans do from then on is then cheap to see, and a status
/// that a workflow rule of the PSA has changed again is reported. Nobody waits for it, so it uses only spare quota.
class TicketReadings
{
public:
    TicketReadings(store::Store &store, std::shared_ptr<const clock::Clock> clock, std::string connection,
                   notify::Notify notify)
        : store_(store), clock_(std::move(clock)), name_(std::move(connection)), notify_(std::move(notify))
    {
    }

    /// Reads one ticket, if one is due, and returns the outcome. For one thread at a time. Throws StoreError.
    std::optional<plugin::CallOutcome> read(connection::Connection &connection);
    /// When to continue after a failed call; nullopt = as soon as a ticket is due. Thread-safe.
    std::optional<clock::Clock::Steady> restUntil() const;

private:
    void keep(const ticket::StoredTicket &ticket, const ticket::TicketWatch &before, const std::string &result);

    store::Store &store_;
    std::shared_ptr<const clock::Clock> clock_;
    std::string name_;
    notify::Notify notify_;
    mutable std::mutex mutex_; ///< Guards what follows.
    std::optional<clock::Clock::Steady> restUntil_;
};

} // namespace psa::delivery
