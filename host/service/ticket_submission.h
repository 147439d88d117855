#pragma once

#include "host/service/ticket_service.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace psa::service {

/// A ticket that is being stored, and then perhaps waited for until it is settled. Nobody waits for it on a thread. It lives
/// for as long as somebody holds it.
class TicketSubmission final : public store::ChangeFeed::Watcher, public std::enable_shared_from_this<TicketSubmission>
{
public:
    /// A function that returns the ticket as it was last seen, or throws KeyTaken or StoreError: then it was not taken in.
    using Result = std::function<Accepted()>;
    /// Called once, from any thread; quick, and throws nothing.
    using Told = std::function<void(Result)>;

    /// `waits`: until the ticket is settled, or hurry().
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
    void start(Told told);
    /// Nobody wants to wait any longer: it ends as soon as it is stored. From any thread.
    void hurry();

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
    Told told_;
    bool waits_;
    Accepted accepted_; ///< Nothing changes any more once it is given.
};

} // namespace psa::service
