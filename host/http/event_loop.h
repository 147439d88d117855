#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

namespace psa::http {

/// One thread that serves many connections, because none of them ever blocks it (Asio's io_context).
class EventLoop
{
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop &) = delete;
    EventLoop &operator=(const EventLoop &) = delete;

    /// Ends the thread; posted work is not executed any more. Must not be called on that thread.
    void stop();

    /// Executes `work` on the loop's thread, after what was posted before. Thread-safe. Any amount of work posted while
    /// the loop is busy wakes it only once. `work` must not throw.
    void post(std::function<void()> work);
    /// Executes `work` on the loop's thread and returns when it is done. Must not be called on that thread.
    void run(const std::function<void()> &work);
    /// Calls `work` periodically on the loop's thread, until it returns false. Must be called on that thread.
    void every(std::chrono::milliseconds interval, std::function<bool()> work);

    class Watch;

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
    std::thread thread_;
};

/// Notifies when a descriptor becomes readable or writable. Only on the loop's thread.
class EventLoop::Watch
{
public:
    /// `ready` is called on the loop's thread, once for each call of the functions below; possibly spuriously.
    /// `descriptor` must stay open as long as this exists, and must be non-blocking.
    Watch(EventLoop &loop, int descriptor, std::function<void()> ready);
    /// `ready` is not called any more.
    ~Watch();
    Watch(const Watch &) = delete;
    Watch &operator=(const Watch &) = delete;

    void whenReadable();
    void whenWritable();

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace psa::http
