#pragma once

#include "host/delivery/connection_queue.h"

#include <condition_variable>
#include <thread>
#include <vector>

namespace psa::run {

/// The threads that move one queue on. wake() and the rest may be called from any thread.
class DeliveryWorkers
{
public:
    /// `count`: at least 1; so many tickets are under way at once.
    DeliveryWorkers(std::shared_ptr<delivery::ConnectionQueue> queue, std::size_t count,
                    std::function<void(const std::string &)> log);
    /// As stop() without waiting for calls: they are cancelled, and waited for until they end.
    ~DeliveryWorkers();
    DeliveryWorkers(const DeliveryWorkers &) = delete;
    DeliveryWorkers &operator=(const DeliveryWorkers &) = delete;

    /// There may be something to do.
    void wake() noexcept;
    /// Begins to stop: nothing more is taken, and calls go on.
    void beginStop();
    /// Waits until every thread has brought back what it had in hand. False at `until`; cancel() and wait again then.
    bool waitUntil(clock::RunningClock::time_point until);
    void cancel() { queue_->cancelAll(); }

    delivery::ConnectionQueue &queue() const { return *queue_; }

private:
    void run();
    /// Sleeps until there may be something to do. False if it is time to end.
    bool rest(std::uint64_t seenWakes, bool storeFailed);

    std::shared_ptr<delivery::ConnectionQueue> queue_;
    std::function<void(const std::string &)> log_;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::uint64_t wakes_ = 0;
    bool stopping_ = false;
    std::size_t running_ = 0;
    std::vector<std::thread> threads_;
};

} // namespace psa::run
