#include "host/net/rolling_window.h"

#include <algorithm>

namespace psa::net {

clock::Clock::Steady RollingWindow::bucketEnd(clock::Clock::Steady now) const
{
    const clock::Clock::Steady::duration width = clock::Clock::Steady::duration(length_) / 60;
    return clock::Clock::Steady((now.time_since_epoch() / width + 1) * width);
}

std::size_t RollingWindow::countIn(clock::Clock::Steady end) const
{
    const auto at = std::find_if(buckets_.begin(), buckets_.end(), [&](const Bucket &each) { return each.end == end; });
    return at == buckets_.end() ? 0 : at->count;
}

void RollingWindow::drop(clock::Clock::Steady now)
{
    for (; !buckets_.empty() && buckets_.front().end <= now - length_; buckets_.pop_front())
        used_ -= buckets_.front().count;
}

void RollingWindow::count(Bucket bucket)
{
    const auto at = std::lower_bound(buckets_.begin(), buckets_.end(), bucket.end,
                                     [](const Bucket &each, clock::Clock::Steady end) { return each.end < end; });
    if (at != buckets_.end() && at->end == bucket.end)
        at->count += bucket.count;
    else
        buckets_.insert(at, bucket);
    used_ += bucket.count;
}

clock::Clock::Steady RollingWindow::spend(clock::Clock::Steady now)
{
    const clock::Clock::Steady end = bucketEnd(now);
    count({end, 1});
    return end;
}

void RollingWindow::refund(clock::Clock::Steady spent)
{
    const auto at = std::find_if(buckets_.begin(), buckets_.end(),
                                 [&](const Bucket &each) { return each.end == spent && each.count > 0; });
    if (at == buckets_.end())
        return; // it has left the window
    --at->count;
    --used_;
}

void RollingWindow::restore(Bucket bucket, clock::Clock::Steady now)
{
    // If the wall clock was set back meanwhile, the bucket seems to be in the future; it is not.
    count({std::min(bucket.end, bucketEnd(now)), bucket.count});
    drop(now);
}

std::size_t RollingWindow::used(clock::Clock::Steady now)
{
    drop(now);
    return used_;
}

clock::Clock::Steady::duration RollingWindow::freeIn(clock::Clock::Steady now, std::size_t max)
{
    std::size_t left = used(now);
    for (const Bucket &each : buckets_)
    {
        if (left < max)
            break;
        left -= each.count;
        if (left < max)
            return each.end + length_ - now;
    }
    return clock::Clock::Steady::duration(0);
}

} // namespace psa::net
