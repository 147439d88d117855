#pragma once

#include "host/clock/clock.h"

#include <chrono>
#include <cstddef>
#include <deque>

namespace psa::net {

/// Counts the requests in the current window; if in doubt it counts too many rather than too few.
///
/// Time is divided into buckets of a sixtieth of the window, and a bucket counts until its end has left the window. So
/// a caller that spends only while used() is below a maximum has at most that many in any window of this length,
/// wherever it starts; the price is that a slot becomes free up to a sixtieth of the window late. Not thread-safe;
/// `now` must never go back.
class RollingWindow
{
public:
    struct Bucket
    {
        clock::Clock::Steady end;
        std::size_t count = 0;
    };

    explicit RollingWindow(std::chrono::seconds length) : length_(length) {}

    /// Counts one request. Returns the argument for refund().
    clock::Clock::Steady spend(clock::Clock::Steady now);
    /// Undoes the count of a request that was never made.
    void refund(clock::Clock::Steady spent);
    /// Counts requests of an earlier process, all before `now`.
    void restore(Bucket bucket, clock::Clock::Steady now);

    std::size_t used(clock::Clock::Steady now);
    /// The end of the bucket that a request made at `now` counts in.
    clock::Clock::Steady bucketEnd(clock::Clock::Steady now) const;
    /// The count of the bucket with this end.
    std::size_t countIn(clock::Clock::Steady end) const;
    /// How long until used() falls below `max`, which is at least 1.
    clock::Clock::Steady::duration freeIn(clock::Clock::Steady now, std::size_t max);

    std::chrono::seconds length() const { return length_; }
    /// Oldest first. May include buckets that do not count any more.
    const std::deque<Bucket> &buckets() const { return buckets_; }

private:
    void drop(clock::Clock::Steady now);
    void count(Bucket bucket);

    std::chrono::seconds length_;
    std::deque<Bucket> buckets_; ///< Sorted by their end.
    std::size_t used_ = 0;       ///< The sum of all buckets.
};

} // namespace psa::net
