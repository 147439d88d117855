#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace psa::plugin::runner::child {

/// A thread that runs tasks, which call the plugin, one after the other. Detached, because a task may hang. Thread-safe.
class Lane
{
public:
    /// `unwound`: called on the thread if a task terminates it, for example with pthread_exit. Throws std::system_error.
    static std::shared_ptr<Lane> start(std::function<void()> unwound);

    /// Queues a task. It must not throw, and must own what it uses.
    void post(std::function<void()> task);
    /// Makes the thread exit after the queued tasks. Does not wait.
    void end();
    /// Waits until the thread has exited or is running a task. Call end() before.
    void waitUnlessBusy();

private:
    Lane() = default;

    void loop();

    std::function<void()> unwound_;
    std::mutex mutex_; ///< Guards the members below.
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool busy_ = false;
    bool ending_ = false;
    bool ended_ = false;
};

} // namespace psa::plugin::runner::child
