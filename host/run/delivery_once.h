#pragma once

#include "host/delivery/connection_queue.h"

#include <functional>

namespace psa::run {

/// Delivers the tickets of one connection on the calling thread, for a command that ends when its own ticket is
/// settled. Requires a policy with a single attempt (DeliveryPolicy::once). The methods throw StoreError.
class DeliveryOnce
{
public:
    DeliveryOnce(delivery::ConnectionQueueParts parts, const std::shared_ptr<connection::Connection> &connection,
                 const delivery::DeliveryPolicy &policy)
        : parts_(parts), queue_(std::move(parts), connection, policy, "")
    {
    }

    /// Before a new ticket: looks up every open ticket now, and discards what an earlier command stored but did not send.
    void reconcile();
    /// Sends what is ready. A ticket whose rejection left it open is looked up immediately; one with an unknown outcome
    /// is not, because it may not be visible in the PSA yet. Discards what cannot be sent now.
    void send();

private:
    void drive();
    void lookUpNow(const std::function<bool(const ticket::StoredTicket &)> &wanted);
    void discardUnsent(const ticket::StateReason &reason);

    delivery::ConnectionQueueParts parts_;
    delivery::ConnectionQueue queue_;
};

} // namespace psa::run
