#pragma once

#include "host/clock/running_clock.h"

#include <functional>
#include <memory>

namespace psa::plugin {

/// Its own thread for calls that may hang. A plugin cannot be interrupted, so a call that hangs is abandoned together
/// with its thread; the process continues. One task at a time; not thread-safe.
class Worker
{
public:
    Worker();
    /// Waits for the thread, unless it was abandoned.
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// Runs `task` on the thread and waits until it is done, or until `until`. False = it hangs: the thread is
    /// abandoned and the worker unusable. `task` must own everything it uses, and must not throw.
    bool run(std::function<void()> task, clock::RunningClock::time_point until);

    bool abandoned() const { return abandoned_; }

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    bool abandoned_ = false;
};

} // namespace psa::plugin
