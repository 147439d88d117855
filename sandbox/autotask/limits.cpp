#include "sandbox/autotask/limits.h"

#include <algorithm>

namespace psa::sandbox::autotask {

class ThreadLimit::Held : public Slot
{
public:
    Held(ThreadLimit &limit, std::string key) : limit_(limit), key_(std::move(key)) {}
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;
    ~Held() override
    {
        const std::lock_guard lock(limit_.mutex_);
        --limit_.now_[key_];
    }

private:
    ThreadLimit &limit_;
    std::string key_;
};

std::unique_ptr<Slot> ThreadLimit::take(const std::string &key, std::int64_t most)
{
    const std::lock_guard lock(mutex_);
    std::int64_t &now = now_[key];
    if (most != 0 && now >= most)
        return {};
    most_ = std::max(most_, ++now);
    return std::make_unique<Held>(*this, key);
}

std::int64_t ThreadLimit::mostAtOnce() const
{
    const std::lock_guard lock(mutex_);
    return most_;
}

void ThreadLimit::clear()
{
    const std::lock_guard lock(mutex_);
    most_ = 0;
}

void HourlyCount::forget() const
{
    const auto from = clock_.now() - std::chrono::hours(1);
    while (!calls_.empty() && calls_.front() < from)
        calls_.pop_front();
}

void HourlyCount::add()
{
    const std::lock_guard lock(mutex_);
    calls_.push_back(clock_.now());
    forget();
}

std::int64_t HourlyCount::count() const
{
    const std::lock_guard lock(mutex_);
    forget();
    return static_cast<std::int64_t>(calls_.size());
}

bool HourlyCount::exceeded() const
{
    return switches_.on("limit.enforced") && count() > switches_.number("limit.hourly");
}

std::chrono::milliseconds HourlyCount::slowness() const
{
    const std::chrono::milliseconds step(switches_.number("limit.latencyMs"));
    const std::int64_t limit = switches_.number("limit.hourly");
    const std::int64_t now = step.count() == 0 ? 0 : count();
    if (now * 4 >= limit * 3)
        return 2 * step;
    return now * 2 >= limit ? step : std::chrono::milliseconds(0);
}

void HourlyCount::clear()
{
    const std::lock_guard lock(mutex_);
    calls_.clear();
}

} // namespace psa::sandbox::autotask
