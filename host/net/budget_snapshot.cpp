#include "host/net/budget_state.h"
#include "host/net/retry_after.h"

#include <algorithm>

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
        if (pool.window.used(now.steady()) == 0 && ahead == Ahead::none)
            continue;
        BudgetSnapshot::Window window = windowOf(pool, now);
        if (ahead == Ahead::some)
            window.buckets.push_back({now.toUnixMs(pool.window.bucketEnd(now.steady())), aheadOf(pool)});
        snapshot.windows.push_back(std::move(window));
    }
    for (const auto &[name, until] : pauses)
        if (until > now.steady())
            snapshot.pauses.push_back({name.first, name.second, now.toUnixMs(until)});
    return snapshot;
}

void Budget::State::keep(std::unique_lock<std::mutex> &lock, const Admission::Taken &taken)
{
    const auto isKept = [](const auto &spent) {
        const auto &[pool, end] = spent;
        return pool->kept.end > end || (pool->kept.end == end && pool->window.countIn(end) <= pool->kept.count);
    };
    while (persister && !std::all_of(taken.spent.begin(), taken.spent.end(), isKept))
    {
        if (keeping)
            kept.wait(lock);
        else
            keepAhead(lock);
    }
}

void Budget::State::keepAhead(std::unique_lock<std::mutex> &lock)
{
    struct Turn
    {
        State &state;
        std::unique_lock<std::mutex> &lock;
        Turn(State &of, std::unique_lock<std::mutex> &held) : state(of), lock(held) { state.keeping = true; }
        Turn(const Turn &) = delete;
        Turn &operator=(const Turn &) = delete;
        ~Turn()
        {
            if (!lock.owns_lock())
                lock.lock();
            state.keeping = false;
            state.kept.notify_all();
        }
    };
    const Turn turn(*this, lock);
    const BudgetSnapshot ahead = snapshot(Ahead::some);
    const clock::Clock::Steady now = clock->now();
    std::vector<std::pair<WindowPool *, RollingWindow::Bucket>> covered;
    for (auto &[key, pool] : windowPools)
    {
        const clock::Clock::Steady end = pool.window.bucketEnd(now);
        covered.emplace_back(&pool, RollingWindow::Bucket{end, pool.window.countIn(end) + aheadOf(pool)});
    }
    const BudgetPersister store = persister;
    lock.unlock();
    store(ahead);
    lock.lock();
    for (auto &[pool, bucket] : covered)
        pool->kept = bucket;
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
    const Moment now(*state_->clock);
    for (const BudgetSnapshot::Window &window : snapshot.windows)
        for (const BudgetSnapshot::Bucket &bucket : window.buckets)
            state_->window(window.group, window.limitKey, window.length)
                .window.restore({now.toSteady(bucket.endUnixMs), bucket.count}, now.steady());
    for (const BudgetSnapshot::Pause &pause : snapshot.pauses)
    {
        const clock::Clock::Steady until = std::min(now.toSteady(pause.untilUnixMs), now.steady() + maxRetryAfter);
        clock::Clock::Steady &kept = state_->pauses.try_emplace({pause.group, pause.limitKey}, until).first->second;
        kept = std::max(kept, until);
    }
}

} // namespace psa::net
