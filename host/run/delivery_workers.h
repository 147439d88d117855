#pragma once

#include "host/delivery/connection_queue.h"
#include "host/run/busy_time.h"

#include <condition_variable>
#include <deque>
#include <thread>
#include <vector>

namespace psa::run {

/// The threads that drive one queue. Thread-safe.
class DeliveryWorkers
{
public:
    /// `count`: at least 1; the number of tickets processed concurrently.
    DeliveryWorkers(std::shared_ptr<delivery::ConnectionQueue> queue, std::size_t count,
                    std::function<void(const std::string &)> log);
    /// Like stop() without a grace period: calls are cancelled, then waited for.
    ~DeliveryWorkers();
    DeliveryWorkers(const DeliveryWorkers &) = delete;
    DeliveryWorkers &operator=(const DeliveryWorkers &) = delete;

    /// There may be something to do.
    void wake() noexcept;
    /// Starts to stop: nothing more is claimed, and calls continue.
    void beginStop();
    /// Waits until every thread has returned its ticket. False if `until` was reached; then call cancel() and wait
    /// again.
    bool waitUntil(clock::RunningClock::time_point until);
    void cancel() { queue_->cancelAll(); }

    /// Why one of its threads counts as stuck, as a sentence; "" = all make progress. `callTime`: see DeliveryPolicy.
    std::string stuck(std::chrono::milliseconds callTime) const;

    delivery::ConnectionQueue &queue() const { return *queue_; }

private:
    void run(BusyTime &busy);
    /// Sleeps until there may be something to do. False if the thread is to end.
    bool rest(std::uint64_t seenWakes, bool storeFailed);

    std::shared_ptr<delivery::ConnectionQueue> queue_;
    std::function<void(const std::string &)> log_;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::uint64_t wakes_ = 0;
    bool stopping_ = false;
    std::size_t running_ = 0;
    std::deque<BusyTime> busy_; ///< Of each thread.
    std::vector<std::thread> threads_;
};

} // namespace psa::run
