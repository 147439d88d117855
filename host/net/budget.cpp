#include "host/net/budget.h"

#include "host/net/budget_state.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace psa::net {
namespace {

using std::chrono::milliseconds;

/// How often a waiting request checks whether it was cancelled.
constexpr milliseconds pollEvery{50};
/// The wait suggested after the persister has failed.
constexpr milliseconds persisterPause{1000};

std::string groupOf(const std::string &connection, const std::string &sharedBy)
{
    return sharedBy.empty() ? "connection " + connection : "shared " + sharedBy;
}

std::size_t shareOf(std::size_t max, double share)
{
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::floor(static_cast<double>(max) * share + 1e-6)));
}

void require(bool good, const std::string &what)
{
    if (!good)
        throw std::invalid_argument(what);
}

void check(const std::vector<ConcurrencyLimit> &concurrency, const std::vector<WindowLimit> &windows, double share)
{
    require(share > 0 && share <= 1, "the share of the PSA's limits must be above 0 and at most 1, not " +
                                         std::to_string(share) + "; set it in the configuration file");
    for (const ConcurrencyLimit &limit : concurrency)
        require(limit.max >= 1, "a limit of 0 concurrent requests allows none");
    for (const WindowLimit &limit : windows)
    {
        require(limit.max >= 1, "a limit of 0 requests per window allows none");
        require(limit.window.count() >= 1 && limit.window <= std::chrono::hours(24),
                "a window must be 1 to 86400 s long, not " + std::to_string(limit.window.count()));
    }
}

/// Calls it without the lock, because it is foreign code.
bool isCancelled(std::unique_lock<std::mutex> &lock, const Stop &stop)
{
    struct Relock
    {
        std::unique_lock<std::mutex> &lock;
        explicit Relock(std::unique_lock<std::mutex> &held) : lock(held) { lock.unlock(); }
        Relock(const Relock &) = delete;
        Relock &operator=(const Relock &) = delete;
        ~Relock() { lock.lock(); }
    };
    const Relock relock(lock);
    return stop.cancelled();
}

} // namespace

bool BudgetUsage::hasSpare() const
{
    return std::all_of(windows.begin(), windows.end(),
                       [](const Window &each) { return each.used < spareOf(each.max); });
}

Admission::Admission() = default;
Admission::Admission(Admission &&other) noexcept = default;

Admission::~Admission()
{
    if (!taken_)
        return;
    const std::lock_guard lock(taken_->state->mutex);
    taken_->state->giveBack(*taken_);
}

void Admission::refund()
{
    if (!taken_)
        return;
    const std::lock_guard lock(taken_->state->mutex);
    for (const auto &[pool, when] : taken_->spent)
        pool->window.refund(when);
    taken_->spent.clear();
}

Budget::Budget() = default;

Admission Budget::admit(const std::string &limitKey, const Stop &stop, BudgetUse use) const
{
    Admission admission = wait(limitKey, stop, use);
    if (!admission.granted())
        return admission;
    Admission refusal;
    refusal.reason_ = Reason::budget;
    try
    {
        std::unique_lock lock(state_->mutex);
        state_->keep(lock, *admission.taken_);
        const std::vector<BudgetVisit> visits = admission.taken_->visits;
        const BudgetVisitor visitor = state_->visitor;
        lock.unlock();
        const auto pause = visits.empty() || !visitor ? std::nullopt : visitor(visits);
        if (!pause)
            return admission;
        refusal.retryAfter_ = *pause;
        refusal.detail_ = "Another host works with this PSA, and the requests that it leaves to others are used up.";
    }
    catch (const std::exception &error)
    {
        refusal.retryAfter_ = persisterPause;
        refusal.detail_ = std::string("The count of requests cannot be stored: ") + error.what();
    }
    admission.refund();
    return refusal;
}

Admission Budget::wait(const std::string &limitKey, const Stop &stop, BudgetUse use) const
{
    State::Waiter waiter{plan_->needs(limitKey, use), {}, {}};
    std::unique_lock lock(state_->mutex);
    const auto leave = [this](State::Waiter *gone) { state_->waiting.remove(gone); };
    const auto giveUp = [](Reason reason, const char *detail) {
        Admission refusal;
        refusal.reason_ = reason;
        refusal.detail_ = detail;
        return refusal;
    };
    bool queued = false;
    const std::unique_ptr<State::Waiter, decltype(leave)> leaving(&waiter, leave);
    for (;;)
    {
        const bool cancelled = isCancelled(lock, stop);
        if (waiter.decided)
            return std::move(*waiter.decided);
        if (cancelled)
            return giveUp(Reason::cancelled, "The call was cancelled before the request could be made.");
        const auto left = stop.deadline - state_->clock->running();
        if (left <= clock::RunningClock::duration::zero())
            return giveUp(Reason::timeout, "The deadline passed while waiting for other requests to finish.");
        if (!queued)
        {
            state_->waiting.push_back(&waiter);
            state_->serve();
        }
        queued = true;
        if (!waiter.decided)
            waiter.wake.wait_for(lock, std::min<clock::RunningClock::duration>(pollEvery, left));
    }
}

void Budget::pauseUntil(const std::string &limitKey, clock::Clock::Steady until) const
{
    const std::lock_guard lock(state_->mutex);
    const clock::Clock::Steady now = state_->clock->now();
    std::erase_if(state_->pauses, [now](const auto &pause) { return pause.second <= now; });
    for (const LimitName &name : plan_->needs(limitKey).pauses)
    {
        clock::Clock::Steady &kept = state_->pauses.try_emplace(name, until).first->second;
        kept = std::max(kept, until);
    }
    state_->serve();
}

BudgetUsage Budget::usage() const
{
    const std::lock_guard lock(state_->mutex);
    BudgetUsage usage;
    for (WindowPool *pool : plan_->windows)
        usage.windows.push_back(
            {pool->name.second, pool->window.length(), pool->window.used(state_->clock->now()), state_->mostOf(*pool)});
    for (const SlotPool *pool : plan_->slots)
        usage.slots.push_back({pool->name.second, pool->inFlight, pool->max});
    return usage;
}

std::set<std::string> Budget::groups() const
{
    std::set<std::string> groups{plan_->ownGroup};
    for (const WindowPool *pool : plan_->windows)
        groups.insert(pool->name.first);
    for (const SlotPool *pool : plan_->slots)
        groups.insert(pool->name.first);
    return groups;
}

std::string BudgetRegistry::ownGroupOf(const std::string &connection)
{
    return groupOf(connection, "");
}

BudgetRegistry::BudgetRegistry(std::shared_ptr<const clock::Clock> clock)
    : state_(std::make_shared<Budget::State>(std::move(clock)))
{
}

Budget BudgetRegistry::forConnection(const std::string &connection, const std::vector<ConcurrencyLimit> &concurrency,
                                     const std::vector<WindowLimit> &windows, double share)
{
    check(concurrency, windows, share);
    auto plan = std::make_shared<Budget::Plan>();
    plan->ownGroup = groupOf(connection, "");
    const std::lock_guard lock(state_->mutex);
    // If one declaration has two limits with the same name, the lower applies.
    const auto include = [](auto &pools, auto &pool, std::size_t max) {
        const bool again = std::find(pools.begin(), pools.end(), &pool) != pools.end();
        pool.max = again ? std::min(pool.max, max) : max;
        if (!again)
            pools.push_back(&pool);
    };
    for (const ConcurrencyLimit &limit : concurrency)
        include(plan->slots, state_->slots(groupOf(connection, limit.sharedBy), limit.limitKey), limit.max);
    for (const WindowLimit &limit : windows)
        include(plan->windows, state_->window(groupOf(connection, limit.sharedBy), limit.limitKey, limit.window),
                shareOf(limit.max, share));
    state_->serve(); // a maximum may have increased
    Budget budget;
    budget.state_ = state_;
    budget.plan_ = std::move(plan);
    return budget;
}

} // namespace psa::net
