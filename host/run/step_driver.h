#pragma once

#include "host/run/busy_time.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace psa::run {

/// Drives work that happens without a request, on one thread. Thread-safe.
class StepDriver
{
public:
    /// Does a limited amount of work. Returns when it has more to do, 0 = at once; nullopt = after wake(). May throw
    /// StoreError; then it is called again later.
    using Step = std::function<std::optional<std::chrono::milliseconds>()>;

    /// `name`: of its thread, as the subject of a sentence. `log` gets errors of steps.
    StepDriver(std::string name, std::vector<Step> steps, std::function<void(const std::string &)> log);
    /// As stop().
    ~StepDriver();
    StepDriver(const StepDriver &) = delete;
    StepDriver &operator=(const StepDriver &) = delete;

    /// Steps may have something to do.
    void wake() noexcept;
    /// Why it counts as stuck, as a sentence; "" = it makes progress.
    std::string stuck() const { return stuckText(name_, busy_.time()); }
    /// Makes no more steps; waits for the one in progress. Not called by two threads at once.
    void stop();

private:
    void run();
    std::optional<std::chrono::milliseconds> runAll();

    const std::string name_;
    std::vector<Step> steps_;
    std::function<void(const std::string &)> log_;
    BusyTime busy_;    ///< With one step.
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    bool woken_ = true;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace psa::run
