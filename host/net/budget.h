#pragma once

#include "host/clock/clock.h"
#include "host/net/http_types.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::host {

/// At most so many requests in progress at the same time.
struct ConcurrencyLimit
{
    std::size_t max = 1;
    std::string limitKey; ///< The requests that count; "" = all.
    /// Who shares the limit: the plugin's id and the values of the descriptor's `per` fields; "" = this connection
    /// alone. It is stored and shown in metrics, so no secret may be part of it.
    std::string sharedBy;
};

/// At most so many requests in any stretch of time of that length.
struct WindowLimit
{
    std::size_t max = 1;
    std::chrono::seconds window{3600};
    std::string limitKey;
    std::string sharedBy; ///< As in ConcurrencyLimit.
};

/// What is spent, in wall-clock time, to be kept across restarts.
struct BudgetSnapshot
{
    struct Bucket
    {
        std::int64_t endUnixMs;
        std::size_t count;
    };
    struct Window
    {
        std::string group; ///< Who shares it.
        std::string limitKey;
        std::chrono::seconds length;
        std::vector<Bucket> buckets;
    };
    struct Pause
    {
        std::string group;
        std::string limitKey;
        std::int64_t untilUnixMs;
    };
    std::vector<Window> windows;
    std::vector<Pause> pauses;
};

/// Stores a snapshot for good; throws if it cannot. Called by the thread of a request, one call at a time.
using BudgetKeeper = std::function<void(const BudgetSnapshot &)>;

/// What a request is for. The last fiftieth of each window is for telling what became of tickets that were already
/// sent: a flood of new ones must not keep those from an answer.
enum class BudgetUse
{
    ordinary,
    reconciliation, ///< May use a window up.
    spare           ///< Nobody needs it: only while less than half of a window is used.
};

/// What of a window of `max` requests is there for BudgetUse::spare.
constexpr std::size_t spareOf(std::size_t max)
{
    return max / 2;
}

/// How far the limits of one connection are used, for metrics. Shared limits show the use by all.
struct BudgetUsage
{
    struct Window
    {
        std::string limitKey;
        std::chrono::seconds length;
        std::size_t used;
        std::size_t max; ///< Our share.
    };
    struct Slots
    {
        std::string limitKey;
        std::size_t inFlight;
        std::size_t max;
    };
    std::vector<Window> windows;
    std::vector<Slots> slots;

    /// A request of BudgetUse::spare would be let through.
    bool hasSpare() const;
};

/// Leave to make one request, or the reason why not. Destroying it ends the request and frees its slots; what it spent
/// of the windows stays spent. Any thread, but not two at once.
class Admission
{
public:
    Admission(const Admission &) = delete;
    Admission &operator=(const Admission &) = delete;
    Admission(Admission &&other) noexcept;
    Admission &operator=(Admission &&) = delete;
    ~Admission();

    bool granted() const { return reason_ == Reason::none; }
    /// none = granted; budget, timeout or cancelled.
    Reason reason() const { return reason_; }
    /// With Reason::budget: when it is worth to ask again, at least 1 ms.
    std::chrono::milliseconds retryAfter() const { return retryAfter_; }
    /// Why not, for the log.
    const std::string &detail() const { return detail_; }

    /// Nothing left the host: gives back what it spent of the windows.
    void refund();

private:
    friend class Budget;
    struct Taken;
    Admission();

    Reason reason_ = Reason::none;
    std::chrono::milliseconds retryAfter_{0};
    std::string detail_;
    std::unique_ptr<Taken> taken_;
};

/// The limits that the requests of one connection keep to. Made by BudgetRegistry; every function may be called from
/// any thread.
class Budget
{
public:
    /// Waits until one request with this limit key may be made. A window that is used up, or a pause, refuses at once;
    /// a slot is waited for until `stop`, whose deadline is in the time that the registry's clock gives as running(). Requests that need the
    /// same slots get them in the order in which they came. What is not granted spends nothing.
    Admission admit(const std::string &limitKey, const Stop &stop, BudgetUse use = BudgetUse::ordinary) const;

    /// The PSA asked to wait: refuses requests with this limit key until then, also those of other connections that
    /// share one of the limits that such a request counts against. Never shortens an earlier pause.
    void pauseUntil(const std::string &limitKey, Clock::Steady until) const;

    BudgetUsage usage() const;

private:
    friend class BudgetRegistry;
    friend class Admission;
    struct State;
    struct Plan;
    Budget();
    Admission wait(const std::string &limitKey, const Stop &stop, BudgetUse use) const;

    std::shared_ptr<State> state_;
    std::shared_ptr<const Plan> plan_;
};

/// All limits of all connections. One in the process; what it hands out may outlive it.
class BudgetRegistry
{
public:
    /// Other integrations live on the PSA's windows too.
    static constexpr double defaultShare = 0.40;

    /// `clock`: kept by every Budget and Admission, since a lost call may hold one as long as the process lives.
    explicit BudgetRegistry(std::shared_ptr<const Clock> clock);

    /// The limits of a connection. What was spent before under the same names still counts, so it may be called again
    /// after a change of configuration; the newest maximum of a shared limit holds for all. `share`: the part of each
    /// window's maximum that is ours, above 0 and at most 1; at least one request is. Slots are not shared out so.
    /// Throws std::invalid_argument for a maximum, a window or a share out of range.
    Budget forConnection(const std::string &connection, const std::vector<ConcurrencyLimit> &concurrency,
                         const std::vector<WindowLimit> &windows, double share = defaultShare);

    /// What still counts now.
    BudgetSnapshot snapshot() const;
    /// Adds what an earlier process had spent. For the start, before the first request.
    void restore(const BudgetSnapshot &snapshot);
    /// From now on each request that counts against a window is in a snapshot that `keeper` has stored before it may
    /// leave. One snapshot counts some requests ahead, so that few are needed: what restore() gets after a crash is
    /// never too little. While `keeper` throws, nothing is admitted.
    void keepWith(BudgetKeeper keeper);

private:
    std::shared_ptr<Budget::State> state_;
};

} // namespace psa::host
