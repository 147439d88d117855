#include "host/events/source_quota.h"

#include <algorithm>
#include <cmath>

namespace psa::events {

std::chrono::seconds SourceQuota::take(std::int64_t source, std::int64_t perMinute)
{
    const auto most = static_cast<double>(perMinute);
    const double perSecond = most / 60;
    const clock::Clock::Steady now = clock_->now();
    const std::lock_guard lock(mutex_);
    const auto [at, isNew] = buckets_.try_emplace(source, Bucket{most, now});
    Bucket &bucket = at->second;
    bucket.level = std::min(most, bucket.level + perSecond * std::chrono::duration<double>(now - bucket.at).count());
    bucket.at = now;
    if (bucket.level < 1)
        return std::chrono::seconds(
            std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil((1 - bucket.level) / perSecond))));
    bucket.level -= 1;
    return std::chrono::seconds(0);
}

} // namespace psa::events
