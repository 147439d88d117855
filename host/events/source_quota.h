#pragma once

#include "host/clock/clock.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace psa::events {

/// Limits the deliveries of each source: up to a minute's worth at once, and then as many as become free again. Kept in
/// memory. Thread-safe.
class SourceQuota
{
public:
    explicit SourceQuota(std::shared_ptr<const clock::Clock> clock) : clock_(std::move(clock)) {}

    /// Takes one delivery of `source` off its quota. Returns how long to wait for it; 0 = it was taken.
    std::chrono::seconds take(std::int64_t source, std::int64_t perMinute);

private:
    struct Bucket
    {
        double level = 0; ///< Deliveries that are still allowed.
        clock::Clock::Steady at;
    };

    std::shared_ptr<const clock::Clock> clock_;
    std::mutex mutex_; ///< Guards what follows.
    std::map<std::int64_t, Bucket> buckets_;
};

} // namespace psa::events
