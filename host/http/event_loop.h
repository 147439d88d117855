#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

namespace psa::host {

/// One thread on which many connections are served, since none of them ever makes it wait (Asio's io_context).
class EventLoop
{
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop &) = delete;
    EventLoop &operator=(const EventLoop &) = delete;

    /// Ends the thread; nothing that is posted is done any more. Not from that thread.
    void stop();

    /// Does `work` on the loop's thread, after what was posted before. From any thread. However much is posted while the
    /// loop is busy, it is woken once. `work` throws nothing.
    void post(std::function<void()> work);
    /// Does `work` on the loop's thread and returns when it is done. Not from that thread.
    void run(const std::function<void()> &work);
    /// Calls `work` on the loop's thread, so long after now and then again and again until it returns false. From that
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
    /// `ready` is called on the loop's thread, once for each time that one of the functions below was called in vain
    /// before; perhaps although nothing can be done. `descriptor` stays open as long as this lives, and is not blocking.
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

} // namespace psa::host
