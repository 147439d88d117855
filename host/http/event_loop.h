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

    /// Ends the thread; posted work is not executed any more. Not from that thread.
    void stop();

    /// Does `work` on the loop's thread, after what was posted before. Thread-safe. However much is posted while the
    /// loop is busy, it is woken once. `work` throws nothing.
    void post(std::function<void()> work);
    /// Does `work` on the loop's thread and returns when it is done. Not from that thread.
    void run(const std::function<void()> &work);
    /// Calls `work` periodically on the loop's thread, until it returns false. From that
    /// thread.
    void every(std::chrono::milliseconds interval, std::function<bool()> work);

    class Watch;

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
    std::thread thread_;
};

/// Tells when a descriptor can be read or written. On the loop's thread alone.
class EventLoop::Watch
{
public:
    /// `ready` is called on the loop's thread, once for each call of the functions below; possibly spuriously.
    /// `descriptor` stays open as long as this lives, and is not blocking.
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
