#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace psa::sandbox {

/// Ends all waits of the sandbox immediately when it stops. Thread-safe.
class Stopper
{
public:
    /// True after the whole time, false as soon as the sandbox stops.
    bool wait(std::chrono::milliseconds time)
    {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, time, [this] { return stopped_; });
    }

    void stop()
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
};

} // namespace psa::sandbox
