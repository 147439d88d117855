#pragma once

#include "host/clock/clock.h"
#include "host/net/http_types.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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

/// A window that a request counts against, and whose requests another host counts.
struct BudgetVisit
{
    std::string group;
    std::string limitKey;
    std::chrono::seconds length;
    std::size_t max; ///< For the requests of all hosts but the one that counts the group.
};

/// Counts one request against these windows, where all hosts see it. nullopt: it may be sent; otherwise nothing was
/// counted, and it returns when to ask again. May throw; then the request is refused. Called by the thread of a request.
using BudgetVisitor = std::function<std::optional<std::chrono::milliseconds>(const std::vector<BudgetVisit> &)>;

/// How much of a window of `max` requests is left to the hosts that do not count its group, all of them together: a
/// twentieth, rounded up; nothing of a single request. The host that counts it has the rest.
constexpr std::size_t visitorsPartOf(std::size_t max)
{
    return max < 2 ? 0 : (max + 19) / 20;
}

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

    /// The groups that its requests count against: see BudgetRegistry::ownGroupOf(), and those that it shares.
    std::set<std::string> groups() const;

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

    /// The group of what only this connection counts. All others are shared by connections.
    static std::string ownGroupOf(const std::string &connection);

    // While several hosts use the same PSAs, one of them at a time counts the requests of a group. It has most of each
    // window; requests of the others are counted by `visitor` and share the rest, so that all together stay within our
    // share whatever moves. Of the concurrent requests, which no host can count for another, the others have one each.

    /// From now on this host counts the groups that it owns, which are none at first.
    void shareWith(BudgetVisitor visitor);
    /// This host counts these groups from now on. `saved`: what was spent of them, instead of what is known here.
    void own(const std::set<std::string> &groups, const BudgetSnapshot &saved);
    /// Another host counts these groups from now on. A request of them that was admitted and is not stored yet is refused.
    void disown(const std::set<std::string> &groups);
    /// Like snapshot(), with everything of these groups, even if nothing counts any more.
    BudgetSnapshot snapshotOf(const std::set<std::string> &groups) const;

private:
    std::shared_ptr<Budget::State> state_;
};

} // namespace psa::net
