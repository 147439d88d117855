#pragma once

#include "host/connection/connection.h"
#include "host/delivery/attempt_record.h"
#include "host/delivery/breaker.h"
#include "host/delivery/operation_calls.h"
#include "host/delivery/ticket_names.h"
#include "host/delivery/ticket_readings.h"
#include "host/fleet/fleet.h"
#include "host/notify/notifier.h"
#include "host/store/store.h"
#include "host/ticket/ticket_state.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace psa::delivery {

/// Counters of a queue since its start, for metrics. They only increase.
struct QueueTally
{
    /// One number per resulting state.
    using PerState = std::array<std::uint64_t, ticket::ticketStateCount>;
    PerState attempts{};        ///< To create a ticket.
    PerState reconciliations{}; ///< For a ticket with unknown outcome.
    PerState notes{};           ///< Attempts and lookups of notes.
    PerState changes{};         ///< Likewise.

    /// How long the attempts took, as a histogram: `within[i]` of them took at most `bounds[i]` seconds.
    static constexpr std::array<double, 9> bounds{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
    std::array<std::uint64_t, bounds.size()> within{};
    double seconds = 0; ///< Of all attempts together.

    PerState &of(ticket::OperationKind kind, bool attempt)
    {
        if (kind == ticket::OperationKind::create)
            return attempt ? attempts : reconciliations;
        return kind == ticket::OperationKind::note ? notes : changes;
    }
    void count(ticket::OperationKind kind, bool attempt, ticket::TicketState state, std::chrono::duration<double> took)
    {
        ++of(kind, attempt).at(static_cast<std::size_t>(state));
        if (!attempt || kind != ticket::OperationKind::create)
            return;
        seconds += took.count();
        for (std::size_t i = 0; i < bounds.size(); ++i)
            within[i] += took.count() <= bounds[i] ? 1U : 0U;
    }
};

/// What every queue gets from the host. All members outlive the queues.
struct ConnectionQueueParts
{
    store::Store &store;
    std::shared_ptr<const clock::Clock> clock;
    RandomBelow random;
    notify::Notify notify;
    std::function<void(const std::string &)> log; ///< Messages for the operator of the host. Called from any thread.
    /// Called at named points in the processing of a ticket, for tests that kill the process there.
    std::function<void(const char *)> point = [](const char *) {};
};

/// A snapshot of a queue's state.
struct QueueStatus
{
    Pause pause = Pause::none;
    std::string reason;
    std::size_t underWay = 0; ///< Tickets that workers are processing.
    QueueTally tally;
    std::optional<clock::Clock::Wall> since{}; ///< When it was paused, if that is known.
    bool delivers = false;                     ///< The queue sends its tickets unless it is paused or limited.
    /// Nothing is sent before this time, because a limit of requests is used up.
    std::optional<clock::Clock::Wall> limitedUntil{};
};

/// Moves one connection's tickets, notes and changes to its PSA: claims what is due from the store, calls the plugin, and
/// records the results. It has no thread or timer of its own: its driver takes the steps claim(), call(), settle(),
/// probe(), readTickets() and readNames() repeatedly, no later than wakeAt(), in any interleaving. Thread-safe.
class ConnectionQueue
{
public:
    /// A ticket, note or change that a worker has claimed.
    struct Work
    {
        ticket::StoredTicket ticket; ///< Empty if `operation` is set.
        ticket::ClaimFor purpose = ticket::ClaimFor::sending;
        std::optional<OperationWork> operation{};

        const ticket::Progress &progress() const
        {
            return operation ? static_cast<const ticket::Progress &>(operation->operation) : ticket;
        }
        std::int64_t ticketId() const { return operation ? operation->operation.ticketId : ticket.id; }
    };
    /// A call that was made for it.
    struct Called
    {
        std::shared_ptr<connection::Connection> connection; ///< And its policy, as they were at the beginning.
        DeliveryPolicy policy;
        clock::Clock::Steady began;
        OperationOutcome outcome; ///< For a ticket, only its `call`.
        std::shared_ptr<ExchangeLog> exchanges;
    };
    /// The result of a worker.
    struct Done
    {
        Work work;
        std::chrono::duration<double> took = {}; ///< Duration of the calls into the plugin.
        ticket::TicketSettlement settlement;     ///< Of a ticket.
        ticket::OperationSettlement operation;   ///< Of a note or a change.
        WatchNews news;                          ///< Of its ticket.
        store::AuditEntry audit;
        std::optional<notify::Notice> notice; ///< Set if a human must be notified.
        std::string logMessage;               ///< For the log of the host; empty = none.
    };

    /// `breakerJson`: as stored; a rejection of the credentials in it is passed on to the connection. `holding`: the lease
    /// on the connection, if several hosts share the store: without it nothing is claimed or sent any more, and what was
    /// claimed is settled only while no other host has taken it over.
    ConnectionQueue(ConnectionQueueParts parts, std::shared_ptr<connection::Connection> connection,
                    const DeliveryPolicy &policy, const std::string &breakerJson,
                    std::optional<fleet::Holding> holding = std::nullopt);

    /// Claims one due ticket. nullopt if nothing is due or allowed now, or the lease is lost. Throws StoreError.
    std::optional<Work> claim();
    /// Makes the call that `work` is for; takes at most the policy's callTime plus the grace period. Stores nothing.
    Done call(const Work &work) { return conclude(work, make(work)); }
    /// The two parts of call(): what the plugin does, and what that means for the ticket and the connection.
    Called make(const Work &work);
    Done conclude(const Work &work, const Called &called);
    /// Records the result of a call. Throws StoreError: then nothing was recorded, and `done` must be passed again.
    void settle(const Done &done);
    /// settle() and then claim() in one transaction: a driver that has nothing to do in between saves a commit.
    std::optional<Work> settleAndClaim(const Done &done);
    /// Probes whether a pause is over, if it is time to. False if there was nothing to do.
    bool probe();
    /// Reads a ticket that was written a short time ago, from spare quota, unless the connection is paused. False if there
    /// was nothing to do. Throws StoreError.
    bool readTickets();
    /// Reads a name that lists show from the PSA, unless the connection is paused. False if there was nothing to do.
    /// Throws StoreError.
    bool readNames();
    /// When there may be something to do without being woken; nullopt = never. Throws StoreError.
    std::optional<clock::Clock::Steady> wakeAt();

    /// The connection was changed, or a test passed: any pause is over, except for credentials that are still rejected.
    void renew(std::shared_ptr<connection::Connection> connection, const DeliveryPolicy &policy);
    /// See Breaker.
    void pause(Pause pause, const std::string &why);
    /// Pauses it if its credentials are rejected.
    void followLogin();
    /// Claims nothing more.
    void stop();
    /// Asks all calls in progress to stop.
    void cancelAll();

    QueueStatus status() const;
    const std::string &name() const { return name_; }

private:
    /// What the queue may claim now.
    struct Allowed
    {
        bool ours = true;
        bool send = false;
        bool reconcile = false;
        std::optional<clock::Clock::Steady> sendFrom; ///< Set if only a limit prevents sending.
        bool takeOver = false;                        ///< Claims whose commit was in doubt are taken over first.
        std::uint64_t doubts = 0;                     ///< Those known so far.
        std::chrono::milliseconds callTime{0};
        bool quotaToSpare = true; ///< Otherwise tickets are created before others are updated.
        std::string build;
        std::size_t maxNoteLength = 0;
        std::chrono::milliseconds readingPatience{0};
    };
    Allowed allowed() const;
    /// No other host handles the connection.
    bool isOurs() const { return !holding_ || holding_->stillOurs(); }
    connection::CallOptions callOptions(net::BudgetUse use) const;
    std::optional<Work> claimIn(store::StoreWriter &writer, const Allowed &may) const;
    // What claimIn() and settleIn() ask the store.
    void askForClaim(store::StoreWriter &writer, const Allowed &may) const;
    static void askForSettlement(store::StoreWriter &writer, const Done &done);
    std::optional<Work> claimTicket(store::StoreWriter &writer, const Allowed &may, ticket::ClaimFor purpose) const;
    std::optional<Work> claimUpdate(store::StoreWriter &writer, const Allowed &may, ticket::ClaimFor purpose) const;
    void concludeTicket(const Called &called, Done &done) const;
    void concludeOperation(const Called &called, Done &done) const;
    void noteDoubt(const store::StoreError &error);
    void noteClaim(const Allowed &may);
    /// False if somebody else has changed the ticket since the claim.
    static bool settleIn(store::StoreWriter &writer, const Done &done);
    /// After the transaction. `done`: what it settled, or nullptr; `claimed`: whether it claimed a ticket.
    void count(const Done *done, bool claimed);
    void tell(const Done &done, bool settled) const;
    void react(const Work &work, const Called &called);
    bool readWhenIdle(const std::function<std::optional<plugin::CallOutcome>(connection::Connection &)> &read);
    /// Like changeBreaker(), but only if the queue still uses the connection that the call was made with.
    void changeBreakerIfCurrent(const connection::Connection *connection, const std::function<void(Breaker &)> &change);
    void pauseIfRefused();
    void afterRefusedCall(const connection::Connection *connection);
    void changeBreaker(const std::function<void(Breaker &)> &change);
    void storeBreaker(const std::string &document, bool released);
    /// The connection and policy of a call; both stay the same for its duration.
    std::pair<std::shared_ptr<connection::Connection>, DeliveryPolicy> present() const;

    ConnectionQueueParts parts_;
    const std::optional<fleet::Holding> holding_;
    std::string name_;
    TicketNames names_;        ///< Used only by the thread that has set learning_.
    TicketReadings readings_;  ///< Likewise.
    mutable std::mutex mutex_; ///< Guards what follows.
    DeliveryPolicy policy_;
    std::shared_ptr<connection::Connection> connection_;
    Breaker breaker_;
    std::optional<clock::Clock::Steady> limitedUntil_; ///< A limit of the PSA, or our share of it, is used up.
    bool probing_ = false;
    bool learning_ = false;
    bool stopped_ = false;
    std::size_t underWay_ = 0;
    std::uint64_t doubts_ = 0;      ///< Claims of which it is not known whether they are committed.
    std::uint64_t doubtsEnded_ = 0; ///< Those before which everything claimed was taken over.
    QueueTally tally_;
};

} // namespace psa::delivery
