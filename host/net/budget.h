#pragma once

#include "host/clock/clock.h"
#include "host/net/http_types.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::net {

/// Limits the number of concurrent requests.
struct ConcurrencyLimit
{
    std::size_t max = 1;
    std::string limitKey; ///< The requests that count; "" = all.
    /// Who shares the limit: the plugin's id and the values of the descriptor's `per` fields; "" = this connection
    /// alone. It is stored and shown in metrics, so no secret may be part of it.
    std::string sharedBy;
};

/// Limits the number of requests in any time window of this length.
struct WindowLimit
{
    std::size_t max = 1;
    std::chrono::seconds window{3600};
    std::string limitKey;
    std::string sharedBy; ///< As in ConcurrencyLimit.
};

/// What has been spent, in wall-clock time, for use after a restart.
struct BudgetSnapshot
{
    struct Bucket
    {
        std::int64_t endUnixMs;
        std::size_t count;
    };
    struct Window
    {
        std::string group; ///< Identifies who shares it.
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

/// Stores a snapshot durably; throws if it cannot. Called by the thread of a request, one call at a time.
using BudgetPersister = std::function<void(const BudgetSnapshot &)>;

/// What a request is for. The last 2 % of each window are reserved for looking up tickets that were already sent: a
/// flood of new ones must not prevent that.
enum class BudgetUse
{
    ordinary,
    reconciliation, ///< May use up a window.
    spare           ///< Optional: only while less than half of a window is used.
};

/// How much of a window of `max` requests BudgetUse::spare may use.
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

    /// A request of BudgetUse::spare would be admitted.
    bool hasSpare() const;
};

/// Permission to make one request, or the reason why not. Destroying it ends the request and frees its slots; what it
/// spent of the windows stays spent. Usable from any thread, but not from two at the same time.
class Admission
{
public:
    Admission(const Admission &) = delete;
    Admission &operator=(const Admission &) = delete;
    Admission(Admission &&other) noexcept;
    Admission &operator=(Admission &&) = delete;
    ~Admission();

    bool granted() const { return reason_ == Reason::none; }
    /// none = granted; otherwise budget, timeout or cancelled.
    Reason reason() const { return reason_; }
    /// With Reason::budget: when it makes sense to ask again, at least 1 ms.
    std::chrono::milliseconds retryAfter() const { return retryAfter_; }
    /// Why it was refused, for the log.
    const std::string &detail() const { return detail_; }

    /// Nothing was sent: gives back what it spent of the windows.
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

/// The limits for the requests of one connection. Created by BudgetRegistry; thread-safe.
class Budget
{
public:
    /// Waits until one request with this limit key may be made. A used-up window, or a pause, refuses immediately; it
    /// waits for a slot until `stop`, whose deadline is in the time that the registry's clock returns as running().
    /// Slots are granted in order of arrival. A refused request spends nothing.
    Admission admit(const std::string &limitKey, const Stop &stop, BudgetUse use = BudgetUse::ordinary) const;

    /// The PSA asked to wait: refuses requests with this limit key until then, also those of other connections that
    /// share one of the limits that such a request counts against. Never shortens an earlier pause.
    void pauseUntil(const std::string &limitKey, clock::Clock::Steady until) const;

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
    /// The rest is left to other integrations that share the PSA's windows.
    static constexpr double defaultShare = 0.40;

    /// `clock`: kept by every Budget and Admission, since a lost call may hold one as long as the process lives.
    explicit BudgetRegistry(std::shared_ptr<const clock::Clock> clock);

    /// The limits of a connection. What was spent before under the same names still counts, so it may be called again
    /// after a change of configuration; the latest maximum of a shared limit applies to all. `share`: our share of each
    /// window's maximum, above 0 and at most 1, but at least one request. It does not apply to slots. Throws
    /// std::invalid_argument for a maximum, a window or a share out of range.
    Budget forConnection(const std::string &connection, const std::vector<ConcurrencyLimit> &concurrency,
                         const std::vector<WindowLimit> &windows, double share = defaultShare);

    /// What still counts at this time.
    BudgetSnapshot snapshot() const;
    /// Adds what an earlier process had spent. Call it at the start, before the first request.
    void restore(const BudgetSnapshot &snapshot);
    /// From now on each request that counts against a window is in a snapshot that `persister` has stored before it may
    /// leave. A snapshot counts some requests in advance, so that few snapshots are needed: what restore() gets after a
    /// crash is never too low. While `persister` throws, nothing is admitted.
    void persistWith(BudgetPersister persister);

private:
    std::shared_ptr<Budget::State> state_;
};

} // namespace psa::net
