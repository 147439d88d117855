#pragma once

#include "host/delivery/lane.h"

#include <condition_variable>
#include <thread>
#include <vector>

namespace psa::host {

/// The threads that move one lane on. poke() and the rest may be called from any thread.
class LaneWorkers
{
public:
    /// `count`: at least 1; so many tickets are under way at once.
    LaneWorkers(std::shared_ptr<Lane> lane, std::size_t count, std::function<void(const std::string &)> log);
    /// As stop() without waiting for calls: they are cancelled, and waited for until they end.
    ~LaneWorkers();
    LaneWorkers(const LaneWorkers &) = delete;
    LaneWorkers &operator=(const LaneWorkers &) = delete;

    /// There may be something to do.
    void poke() noexcept;
    /// Begins to stop: nothing more is taken, and calls go on.
    void beginStop();
    /// Waits until every thread has brought back what it had in hand. False at `until`; cancel() and wait again then.
    bool waitUntil(RunningClock::time_point until);
    void cancel() { lane_->cancelAll(); }

    Lane &lane() const { return *lane_; }

private:
    void run();
    /// Sleeps until there may be something to do. False if it is time to end.
    bool rest(std::uint64_t seenPokes, bool storeFailed);

    std::shared_ptr<Lane> lane_;
    std::function<void(const std::string &)> log_;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::uint64_t pokes_ = 0;
    bool stopping_ = false;
    std::size_t running_ = 0;
    std::vector<std::thread> threads_;
};

} // namespace psa::host
