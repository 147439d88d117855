#include "host/access/attempt_limit.h"

#include <algorithm>

namespace psa::access {

/// Removes times before the window.
void AttemptLimit::forget(Times &times) const
{
    const clock::Clock::Steady since = clock_->now() - stretch;
    while (!times.empty() && times.front() <= since)
        times.pop_front();
}

std::chrono::seconds AttemptLimit::waitOf(const std::string &key)
{
    const std::lock_guard lock(mutex_);
    const auto at = failures_.find(key);
    if (at == failures_.end())
        return std::chrono::seconds(0);
    forget(at->second);
    if (at->second.empty())
        failures_.erase(at);
    else if (at->second.size() >= allowed)
        return std::chrono::ceil<std::chrono::seconds>(at->second.front() + stretch - clock_->now());
    return std::chrono::seconds(0);
}

void AttemptLimit::failed(const std::string &key)
{
    const std::lock_guard lock(mutex_);
    if (failures_.size() >= mostKeys && !failures_.contains(key))
    {
        for (auto &[other, times] : failures_)
            forget(times);
        std::erase_if(failures_, [](const auto &each) { return each.second.empty(); });
        if (failures_.size() >= mostKeys)
            failures_.erase(
                std::min_element(failures_.begin(), failures_.end(), [](const auto &one, const auto &other) {
                    return one.second.back() < other.second.back();
                }));
    }
    Times &times = failures_[key];
    times.push_back(clock_->now());
    if (times.size() > allowed)
        times.pop_front();
}

} // namespace psa::access
