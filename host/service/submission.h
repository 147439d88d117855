#pragma once

#include "host/service/ticket_service.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace psa::service {

/// Stores a ticket, or notes and changes of one, and then, if requested, waits until what was stored is settled, without
/// blocking a thread. `Stored`: Accepted or AcceptedUpdate. Destroyed when its last owner releases it.
template <class Stored>
class Submission final : public store::ChangeFeed::Watcher, public std::enable_shared_from_this<Submission<Stored>>
{
public:
    /// Returns the latest known state of what was stored, or throws KeyTaken or StoreError: then it was not accepted.
    using Result = std::function<Stored()>;
    /// Called once, from any thread; must be quick and must not throw.
    using ResultCallback = std::function<void(Result)>;
    /// Stores it: see TicketService::storeLater(). Called once.
    using StoreStep = std::function<void(const ResultCallback &done)>;

    /// `waits`: the result comes when it is settled, or after respondNow().
    Submission(store::Store &store, store::ChangeFeed &changes, StoreStep storeIt, bool waits)
        : store_(store), changes_(changes), storeIt_(std::move(storeIt)), waits_(waits)
    {
    }
    ~Submission() override { changes_.remove(id_, this); }
    Submission(const Submission &) = delete;
    Submission &operator=(const Submission &) = delete;

    /// Called once. `told` may be called before this returns.
    void start(ResultCallback told);
    /// Stops waiting: the result comes as soon as it is stored. From any thread.
    void respondNow();

    void ticketChanged() override;

private:
    void stored(const Result &get);
    bool keepsWaiting();
    void seen(const Result &get);
    void give();
    void end(Result result);

    store::Store &store_;
    store::ChangeFeed &changes_;
    StoreStep storeIt_;
    std::atomic<std::int64_t> id_{0}; ///< Of the ticket; 0 = not stored yet.
    std::mutex mutex_;                ///< Guards the members below.
    ResultCallback onResult_;
    bool waits_;
    Stored accepted_; ///< Not changed after it was passed to `told`.
};

extern template class Submission<Accepted>;
extern template class Submission<AcceptedUpdate>;

} // namespace psa::service
