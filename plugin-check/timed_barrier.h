#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace psa::check {

/// A barrier that makes several threads reach the middle of an operation at the same time.
class TimedBarrier
{
public:
    explicit TimedBarrier(std::size_t expected) : missing_(expected) {}

    /// Waits until all threads have arrived, or `patience` is over: one that is stopped elsewhere must not block the
    /// rest.
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
