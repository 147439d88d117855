#include "host/net/budget_state.h"
#include "host/net/retry_after.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

// Keeps what was spent across restarts.

namespace psa::net {
namespace {

using std::chrono::milliseconds;

/// The two clocks at one moment, to convert times of one to times of the other.
class Moment
{
public:
    explicit Moment(const clock::Clock &clock) : steady_(clock.now()), wall_(clock.wallNow()) {}

    clock::Clock::Steady steady() const { return steady_; }

    std::int64_t toUnixMs(clock::Clock::Steady time) const
    {
        return std::chrono::ceil<milliseconds>(wall_.time_since_epoch() + (time - steady_)).count();
    }

    /// At most two days from now in either direction: no limit reaches further.
    clock::Clock::Steady toSteady(std::int64_t unixMs) const
    {
        const std::int64_t nowMs = std::chrono::floor<milliseconds>(wall_.time_since_epoch()).count();
        const std::int64_t reach = milliseconds(2 * maxRetryAfter).count();
        return steady_ + milliseconds(std::clamp(unixMs, nowMs - reach, nowMs + reach) - nowMs);
    }

private:
    clock::Clock::Steady steady_;
    clock::Clock::Wall wall_;
};

/// How many requests one snapshot may count in advance: each crash costs up to this many.
constexpr std::size_t maxAhead = 10;

BudgetSnapshot::Window windowOf(const WindowPool &pool, const Moment &now)
{
    BudgetSnapshot::Window window{pool.name.first, pool.name.second, pool.window.length(), {}};
    for (const RollingWindow::Bucket &bucket : pool.window.buckets())
        window.buckets.push_back({now.toUnixMs(bucket.end), bucket.count});
    return window;
}

/// How many requests a snapshot counts that have not been made yet.
std::size_t aheadOf(const WindowPool &pool)
{
    return std::clamp<std::size_t>(pool.max / 100, 1, maxAhead);
}

} // namespace

BudgetSnapshot Budget::State::snapshot(Ahead ahead)
{
    const Moment now(*clock);
    BudgetSnapshot snapshot;
    for (auto &[key, pool] : windowPools)
    {
        const bool isEmpty = pool.window.used(now.steady()) == 0 && ahead == Ahead::none;
        if (isEmpty || !counts(pool.name.first))
            continue;
        BudgetSnapshot::Window window = windowOf(pool, now);
        if (ahead == Ahead::some)
            window.buckets.push_back({now.toUnixMs(pool.window.bucketEnd(now.steady())), aheadOf(pool)});
        snapshot.windows.push_back(std::move(window));
    }
    for (const auto &[name, until] : pauses)
        if (until > now.steady() && counts(name.first))
            snapshot.pauses.push_back({name.first, name.second, now.toUnixMs(until)});
    return snapshot;
}

void Budget::State::keep(std::unique_lock<std::mutex> &lock, const Admission::Taken &taken)
{
    const auto isKept = [](const auto &spent) {
        const auto &[pool, end] = spent;
        return pool->kept.end > end || (pool->kept.end == end && pool->window.countIn(end) <= pool->kept.count);
    };
    const auto isCounted = [this](const auto &spent) { return counts(spent.first->name.first); };
    while (persister && !std::all_of(taken.spent.begin(), taken.spent.end(), isKept))
    {
        if (!std::all_of(taken.spent.begin(), taken.spent.end(), isCounted))
            break;
        if (keeping)
            kept.wait(lock);
        else
            keepAhead(lock, taken.groups);
    }
    if (!std::all_of(taken.spent.begin(), taken.spent.end(), isCounted))
        throw std::runtime_error("another host counts them from now on");
}

/// One thread at a time stores a snapshot.
struct Budget::State::KeepingTurn
{
    State &state;
    std::unique_lock<std::mutex> &lock;

    KeepingTurn(State &of, std::unique_lock<std::mutex> &held) : state(of), lock(held) { state.keeping = true; }
    KeepingTurn(const KeepingTurn &) = delete;
    KeepingTurn &operator=(const KeepingTurn &) = delete;
    ~KeepingTurn()
    {
        if (!lock.owns_lock())
            lock.lock();
        state.keeping = false;
        state.kept.notify_all();
    }
};

/// `groups`: of the request. Where other hosts count other groups, nothing else is stored: each needs its own lease.
void Budget::State::keepAhead(std::unique_lock<std::mutex> &lock, const std::set<std::string> &groups)
{
    struct Covered
    {
        WindowPool *pool;
        RollingWindow::Bucket bucket;
        unsigned forgotten;
    };
    const KeepingTurn turn(*this, lock);
    const auto isOther = [&](const std::string &group) { return visitor && !groups.contains(group); };
    BudgetSnapshot ahead = snapshot(Ahead::some);
    std::erase_if(ahead.windows, [&](const auto &each) { return isOther(each.group); });
    std::erase_if(ahead.pauses, [&](const auto &each) { return isOther(each.group); });
    const clock::Clock::Steady now = clock->now();
    std::vector<Covered> covered;
    for (auto &[key, pool] : windowPools)
    {
        const clock::Clock::Steady end = pool.window.bucketEnd(now);
        if (!isOther(pool.name.first))
            covered.push_back({&pool, {end, pool.window.countIn(end) + aheadOf(pool)}, pool.forgotten});
    }
    const BudgetPersister store = persister;
    lock.unlock();
    store(ahead);
    lock.lock();
    for (const Covered &each : covered)
        if (each.pool->forgotten == each.forgotten)
            each.pool->kept = each.bucket;
}

BudgetSnapshot BudgetRegistry::snapshot() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->snapshot(Budget::State::Ahead::none);
}

void BudgetRegistry::persistWith(BudgetPersister persister)
{
    const std::lock_guard lock(state_->mutex);
    state_->persister = std::move(persister);
}

void BudgetRegistry::restore(const BudgetSnapshot &snapshot)
{
    const std::lock_guard lock(state_->mutex);
    state_->restore(snapshot);
}

void Budget::State::restore(const BudgetSnapshot &snapshot)
{
    const Moment now(*clock);
    for (const BudgetSnapshot::Window &each : snapshot.windows)
        for (const BudgetSnapshot::Bucket &bucket : each.buckets)
            window(each.group, each.limitKey, each.length)
                .window.restore({now.toSteady(bucket.endUnixMs), bucket.count}, now.steady());
    for (const BudgetSnapshot::Pause &pause : snapshot.pauses)
    {
        const clock::Clock::Steady until = std::min(now.toSteady(pause.untilUnixMs), now.steady() + maxRetryAfter);
        clock::Clock::Steady &longest = pauses.try_emplace({pause.group, pause.limitKey}, until).first->second;
        longest = std::max(longest, until);
    }
}

void BudgetRegistry::shareWith(BudgetVisitor visitor)
{
    const std::lock_guard lock(state_->mutex);
    state_->visitor = std::move(visitor);
}

void BudgetRegistry::own(const std::set<std::string> &groups, const BudgetSnapshot &saved)
{
    const std::lock_guard lock(state_->mutex);
    state_->forget(groups);
    state_->owned.insert(groups.begin(), groups.end());
    BudgetSnapshot theirs;
    const auto isOwned = [&](const auto &each) { return groups.contains(each.group); };
    std::copy_if(saved.windows.begin(), saved.windows.end(), std::back_inserter(theirs.windows), isOwned);
    std::copy_if(saved.pauses.begin(), saved.pauses.end(), std::back_inserter(theirs.pauses), isOwned);
    state_->restore(theirs);
    state_->serve();
}

void BudgetRegistry::disown(const std::set<std::string> &groups)
{
    const std::lock_guard lock(state_->mutex);
    for (const std::string &group : groups)
        state_->owned.erase(group);
    state_->forget(groups);
    state_->kept.notify_all();
    state_->serve();
}

/// What was spent of these groups is counted elsewhere.
void Budget::State::forget(const std::set<std::string> &groups)
{
    for (auto &[key, pool] : windowPools)
        if (groups.contains(pool.name.first))
        {
            pool.window = RollingWindow(pool.window.length());
            pool.kept = {};
            ++pool.forgotten;
        }
}

BudgetSnapshot BudgetRegistry::snapshotOf(const std::set<std::string> &groups) const
{
    const std::lock_guard lock(state_->mutex);
    const Moment now(*state_->clock);
    BudgetSnapshot snapshot = state_->snapshot(Budget::State::Ahead::none);
    std::erase_if(snapshot.pauses, [&](const auto &each) { return !groups.contains(each.group); });
    snapshot.windows.clear();
    for (const auto &[key, pool] : state_->windowPools)
        if (groups.contains(pool.name.first))
            snapshot.windows.push_back(windowOf(pool, now));
    return snapshot;
}

} // namespace psa::net
