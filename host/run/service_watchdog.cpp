#include "host/run/service_watchdog.h"

namespace psa::run {

ServiceWatchdog::~ServiceWatchdog()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void ServiceWatchdog::start()
{
    if (parts_.time > std::chrono::microseconds::zero())
        thread_ = std::thread([this] { run(); });
}

void ServiceWatchdog::look(clock::RunningClock::time_point now)
{
    const std::string stuck = parts_.stuck();
    if (!stuck.empty() && !isStuck_)
        parts_.warn(stuck + " If that continues, the service manager restarts psa-host.");
    isStuck_ = !stuck.empty();
    const bool isDue = !told_ || now - *told_ >= parts_.time / 4;
    if (isStuck_ || !isDue)
        return;
    parts_.alive();
    told_ = now;
}

void ServiceWatchdog::run()
{
    std::unique_lock lock(mutex_);
    while (!stopping_)
    {
        lock.unlock();
        look(clock::RunningClock::now());
        lock.lock();
        changed_.wait_for(lock, clock::RunningClock::lookEvery, [this] { return stopping_; });
    }
}

} // namespace psa::run
