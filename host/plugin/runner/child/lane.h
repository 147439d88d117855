#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace psa::plugin::runner::child {

/// A thread that runs the plugin, one task after the other. It is detached, since the plugin may hang in it. Thread-safe.
class Lane
{
public:
    /// `unwound`: called if a task ended the thread itself, as pthread_exit does. Throws std::system_error.
    static std::shared_ptr<Lane> start(std::function<void()> unwound);

    /// Tasks must not throw, and own what they use.
    void post(std::function<void()> task);
    /// Ends the thread after the tasks that were posted.
    void end();
    /// Waits until the thread has ended, unless it is in a task; end() must have been called.
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
