#pragma once

#include "host/fleet/fleet.h"
#include "host/net/budget.h"

#include <atomic>
#include <map>
#include <set>

namespace psa::run {

/// Starts and ends the work of this host as its leases come and go: the queues of connections, and the counts of requests
/// at their PSAs. Drives the Fleet. Not thread-safe, except where it says so.
class HeldWork
{
public:
    struct Parts
    {
        store::Store &store;
        fleet::Fleet &fleet;
        net::BudgetRegistry &budgets;
        std::shared_ptr<const clock::Clock> clock;
        /// The groups of its budget; nullopt if this host has no such connection that can work.
        std::function<std::optional<std::set<std::string>>(const std::string &connection)> groupsOf;
        /// How long a call of another host may still take.
        std::function<std::chrono::milliseconds(const std::string &connection)> callTime;
        std::function<void(const std::string &connection, const fleet::Holding &)> start; ///< Starts its queue.
        /// Nothing more is claimed; calls in progress finish, or end soon if they are cancelled.
        std::function<void(const std::string &connection, bool cancel)> stop;
        std::function<bool(const std::string &connection)> runs;  ///< Its queue exists.
        std::function<bool(const std::string &connection)> ended; ///< Its queue has stopped, and is gone now.
        std::function<void()> changed;                            ///< This host has other leases than before.
        std::function<void(const std::string &)> log;
    };

    explicit HeldWork(Parts parts) : parts_(std::move(parts)) {}

    /// Takes, starts, stops and gives what is due. Returns when to call it again. If the store fails, that is logged once,
    /// and the next call does what is left.
    std::chrono::milliseconds step();
    /// Whether no queue runs that step() has started. Thread-safe.
    bool isIdle() const { return running_ == 0; }
    /// When every queue has stopped, and step() is not called any more: stores what was spent exactly, and frees all leases.
    void finish();

    /// Stores what was spent; fails, so that nothing is admitted, unless this host has the lease of every group in it.
    /// Thread-safe.
    static void persist(store::Store &store, const fleet::Fleet &fleet, const net::BudgetSnapshot &spent);

private:
    struct Queue
    {
        std::int64_t fence = 0;
        std::set<std::string> groups;
        bool stopping = false;
    };
    using HeldList = std::vector<fleet::Fleet::Held>;

    void follow(const HeldList &held);
    void followBudgets(const HeldList &held);
    void endLost(const HeldList &held);
    void endLeaving(const HeldList &held);
    void startNew(const HeldList &held);
    void start(const fleet::Fleet::Held &held);
    void stop(const std::string &connection, Queue &queue, bool cancel) const;
    void forgetEnded();
    bool isUsed(const store::LeaseName &name) const;
    void release(const std::vector<store::LeaseName> &names);
    void storeExactly(const std::set<std::string> &groups);
    std::chrono::milliseconds next() const;

    Parts parts_;
    HeldList seen_; ///< What held() was at the last step.
    bool storeFailed_ = false;
    std::map<std::string, Queue> queues_;               ///< By connection.
    std::map<std::string, std::int64_t> owned_;         ///< Budget groups, with the fences of their leases.
    std::map<store::LeaseName, std::int64_t> released_; ///< With their fences.
    std::optional<clock::Clock::Steady> beatAt_;        ///< nullopt = at once.
    std::atomic<std::size_t> running_{0};
};

} // namespace psa::run
