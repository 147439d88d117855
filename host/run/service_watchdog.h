#pragma once

#include "host/clock/running_clock.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace psa::run {

/// Tells the watchdog of the service manager that the host is alive, for as long as its threads make progress: a host that
/// hangs is restarted, and continues from its store.
class ServiceWatchdog
{
public:
    struct Parts
    {
        /// The service manager restarts a host that it has not heard of for this long; zero = it does not watch.
        std::chrono::microseconds time;
        /// What makes no progress, as a sentence; "" = nothing.
        std::function<std::string()> stuck;
        std::function<void()> alive;                   ///< Tells the service manager.
        std::function<void(const std::string &)> warn; ///< Gets what is stuck, once.
    };

    explicit ServiceWatchdog(Parts parts) : parts_(std::move(parts)) {}
    ~ServiceWatchdog();
    ServiceWatchdog(const ServiceWatchdog &) = delete;
    ServiceWatchdog &operator=(const ServiceWatchdog &) = delete;

    /// Looks every clock::RunningClock::lookEvery on a thread of its own, unless nobody watches.
    void start();
    /// Says that the host is alive if that is due at `now`.
    void look(clock::RunningClock::time_point now);

private:
    void run();

    const Parts parts_;
    std::optional<clock::RunningClock::time_point> told_;
    bool isStuck_ = false;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace psa::run
