#pragma once

#include "host/fleet/fleet.h"
#include "host/run/delivery_workers.h"

#include <map>

namespace psa::run {

/// Delivers the tickets of all connections, each in a queue with its own threads, so that a flood on one does not delay
/// another. Thread-safe.
class TicketDelivery
{
public:
    explicit TicketDelivery(delivery::ConnectionQueueParts parts) : parts_(std::move(parts)) {}
    /// As stop(now).
    ~TicketDelivery();
    TicketDelivery(const TicketDelivery &) = delete;
    TicketDelivery &operator=(const TicketDelivery &) = delete;

    /// Starts delivery for `connection`, or continues it after a change, which ends any pause. `workers`: tickets
    /// processed concurrently; `breakerJson`: as stored; `holding`: the lease on it, if there are several hosts; all three are
    /// used only at the start.
    void attach(const std::shared_ptr<connection::Connection> &connection, const delivery::DeliveryPolicy &policy,
                std::size_t workers, const std::string &breakerJson,
                const std::optional<fleet::Holding> &holding = std::nullopt);
    /// Stops delivery for a removed connection; waits for its calls.
    void detach(const std::string &connection);
    /// Begins to stop it: nothing more is claimed. Calls in progress finish, or are asked to end. No effect if there is no
    /// such queue.
    void beginStop(const std::string &connection, bool cancel);
    /// Removes a queue that has stopped. False while its calls are in progress; true if there is none any more.
    bool removeStopped(const std::string &connection);
    /// Pauses it if its credentials are rejected. No effect if there is no such queue.
    void followLogin(const std::string &connection);

    /// A ticket of the connection is due now. Does not throw: the ticket is durable, and its caller must be told so.
    void wake(const std::string &connection) noexcept;

    /// nullopt if there is no such queue.
    std::optional<delivery::QueueStatus> status(const std::string &connection) const;

    /// Why a thread counts as stuck, as a sentence; "" = all make progress. `callTime`: see DeliveryPolicy.
    std::string stuck(std::chrono::milliseconds callTime) const;

    /// Claims nothing more, lets calls finish until `until`, then cancels the others and waits for them: a call that
    /// still does not return is abandoned at its own deadline. Afterwards nothing is in progress.
    void stop(clock::RunningClock::time_point until);

private:
    std::shared_ptr<DeliveryWorkers> find(const std::string &connection) const;

    delivery::ConnectionQueueParts parts_;
    mutable std::mutex mutex_; ///< Guards what follows.
    bool stopped_ = false;
    std::map<std::string, std::shared_ptr<DeliveryWorkers>> queues_;
};

} // namespace psa::run
