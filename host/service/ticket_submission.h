#pragma once

#include "host/service/ticket_service.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace psa::service {

/// Stores a ticket and then, if requested, waits until it is settled, without blocking a thread. Destroyed when its
/// last owner releases it.
class TicketSubmission final : public store::ChangeFeed::Watcher, public std::enable_shared_from_this<TicketSubmission>
{
public:
    /// Returns the latest known state of the ticket, or throws KeyTaken or StoreError: then it was not accepted.
    using Result = std::function<Accepted()>;
    /// Called once, from any thread; must be quick and must not throw.
    using ResultCallback = std::function<void(Result)>;

    /// `waits`: the result comes when the ticket is settled, or after respondNow().
    TicketSubmission(TicketService &service, store::Store &store, store::ChangeFeed &changes, ticket::NewTicket ticket,
                     std::string who, bool waits)
        : service_(service), store_(store), changes_(changes), ticket_(std::move(ticket)), who_(std::move(who)),
          waits_(waits)
    {
    }
    ~TicketSubmission() override { changes_.remove(id_, this); }
    TicketSubmission(const TicketSubmission &) = delete;
    TicketSubmission &operator=(const TicketSubmission &) = delete;

    /// Called once. `told` may be called before this returns.
    void start(ResultCallback told);
    /// Stops waiting: the result comes as soon as the ticket is stored. From any thread.
    void respondNow();

    void ticketChanged() override;

private:
    void stored(const Result &get);
    void seen(const std::function<std::optional<ticket::StoredTicket>()> &get);
    void give();
    void end(Result result);

    TicketService &service_;
    store::Store &store_;
    store::ChangeFeed &changes_;
    ticket::NewTicket ticket_;
    const std::string who_;
    std::atomic<std::int64_t> id_{0}; ///< 0 = not stored yet.
    std::mutex mutex_;                ///< Guards the members below.
    ResultCallback onResult_;
    bool waits_;
    Accepted accepted_; ///< Not changed after it was passed to `told`.
};

} // namespace psa::service
