#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace psa::check {

/// Where a number of threads wait for each other, so that they are in the middle of something at the same time.
class TimedBarrier
{
public:
    explicit TimedBarrier(std::size_t expected) : missing_(expected) {}

    /// Waits until everybody is there, or `patience` is over: who is stopped by something else must not stop the rest.
    void arrive(std::chrono::milliseconds patience)
    {
        std::unique_lock lock(mutex_);
        if (missing_ > 0 && --missing_ == 0)
            all_.notify_all();
        all_.wait_for(lock, patience, [this] { return missing_ == 0; });
    }

private:
    std::mutex mutex_;
    std::condition_variable all_;
    std::size_t missing_;
};

} // namespace psa::check
