#include "host/net/budget_state.h"

#include <algorithm>

namespace psa::net {
namespace {

std::string describe(const WindowPool &pool, std::size_t most)
{
    return "The limit of " + std::to_string(most) + " requests in " + std::to_string(pool.window.length().count()) +
           " s" + (pool.name.second.empty() ? "" : " for \"" + pool.name.second + "\"") + " is used up.";
}

} // namespace

BudgetNeeds Budget::Plan::needs(const std::string &asked, BudgetUse use) const
{
    // A key without a limit of its own counts as the common one: a plugin that makes up a key for each request must
    // neither get around a pause nor leave one behind for each.
    const auto names = [&asked](const auto *pool) { return pool->name.second == asked; };
    const bool declared =
        std::any_of(windows.begin(), windows.end(), names) || std::any_of(slots.begin(), slots.end(), names);
    const std::string limitKey = declared ? asked : "";
    const auto counts = [&limitKey](const auto *pool) {
        return pool->name.second.empty() || pool->name.second == limitKey;
    };
    BudgetNeeds needs{{}, {}, {{ownGroup, limitKey}}, use};
    const auto collect = [&](const auto &from, auto &into) {
        for (auto *pool : from)
            if (counts(pool))
            {
                into.push_back(pool);
                needs.pauses.emplace_back(pool->name.first, limitKey);
            }
    };
    collect(windows, needs.windows);
    collect(slots, needs.slots);
    return needs;
}

WindowPool &Budget::State::window(const std::string &group, const std::string &limitKey, std::chrono::seconds length)
{
    const auto made =
        windowPools.try_emplace({group, limitKey, length}, WindowPool{{group, limitKey}, RollingWindow(length), 1});
    return made.first->second;
}

SlotPool &Budget::State::slots(const std::string &group, const std::string &limitKey)
{
    return slotPools.try_emplace({group, limitKey}, SlotPool{{group, limitKey}, 1, 0}).first->second;
}

void Budget::State::serve()
{
    const clock::Clock::Steady now = clock->now();
    for (auto each = waiting.begin(); each != waiting.end();)
    {
        Waiter &waiter = **each;
        if (std::optional<Admission> refusal = refuse(waiter.needs, now))
            waiter.decided.emplace(std::move(*refusal));
        else if (std::optional<Admission> granted = grant(waiter.needs, now))
            waiter.decided.emplace(std::move(*granted));
        each = waiter.decided ? waiting.erase(each) : std::next(each);
        if (waiter.decided)
            waiter.wake.notify_one();
    }
}

/// The refusal, if a pause or a full window prevents the request.
std::optional<Admission> Budget::State::refuse(const BudgetNeeds &needs, clock::Clock::Steady now)
{
    clock::Clock::Steady::duration wait{0};
    std::string why;
    for (const LimitName &name : needs.pauses)
        if (const auto pause = pauses.find(name); pause != pauses.end() && pause->second - now > wait)
        {
            wait = pause->second - now;
            why = "The PSA asked to wait before the next request.";
        }
    for (WindowPool *pool : needs.windows)
    {
        if (!counts(pool->name.first))
            continue;
        const std::size_t most = mostOf(*pool);
        if (const auto untilFree = pool->window.freeIn(now, WindowPool::maxFor(needs.use, most)); untilFree > wait)
        {
            wait = untilFree;
            why = describe(*pool, most);
        }
    }
    if (why.empty())
        return std::nullopt;
    Admission refusal;
    refusal.reason_ = Reason::budget;
    refusal.retryAfter_ = std::chrono::ceil<std::chrono::milliseconds>(wait);
    refusal.detail_ = std::move(why);
    return refusal;
}

/// Takes everything that the request needs, or nothing.
std::optional<Admission> Budget::State::grant(const BudgetNeeds &needs, clock::Clock::Steady now)
{
    const bool free = std::all_of(needs.slots.begin(), needs.slots.end(), [this](const SlotPool *pool) {
        return pool->inFlight < (counts(pool->name.first) ? pool->max : 1);
    });
    if (!free)
        return std::nullopt;
    Admission admission;
    admission.taken_ = std::make_unique<Admission::Taken>();
    admission.taken_->state = shared_from_this();
    admission.taken_->slots = needs.slots;
    for (const LimitName &name : needs.pauses)
        if (counts(name.first))
            admission.taken_->groups.insert(name.first);
    admission.taken_->spent.reserve(needs.windows.size());
    for (SlotPool *pool : needs.slots)
        ++pool->inFlight;
    for (WindowPool *pool : needs.windows)
        if (counts(pool->name.first))
            admission.taken_->spent.emplace_back(pool, pool->window.spend(now));
        else
            admission.taken_->visits.push_back(
                {pool->name.first, pool->name.second, pool->window.length(), visitorsPartOf(pool->max)});
    return admission;
}

std::size_t Budget::State::mostOf(const WindowPool &pool) const
{
    if (!visitor)
        return pool.max;
    const std::size_t others = visitorsPartOf(pool.max);
    return counts(pool.name.first) ? pool.max - others : others;
}

void Budget::State::giveBack(Admission::Taken &taken)
{
    for (SlotPool *pool : taken.slots)
        --pool->inFlight;
    taken.slots.clear();
    serve();
}

} // namespace psa::net
