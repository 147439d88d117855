#pragma once

#include <atomic>
#include <chrono>

namespace psa::test {

/// Closed until somebody opens it, then open forever. Anything that waits (a read, a pause, a responder) waits on
/// gates too, so that a test decides what happens when and no thread outlives it. Every function: any thread.
class Gate
{
public:
    Gate();
    ~Gate();
    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;

    void open();
    bool isOpen() const { return open_.load(); }
    /// True once it is open, false if it still is not after `limit`.
    bool wait(std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

    /// Readable to poll() when open; never to be read from.
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
    std::atomic<bool> open_{false};
};

/// Waits until `gate` is open (true) or `over` is (false).
bool waitFor(const Gate &gate, const Gate &over);
/// Waits for `time`; false if `over` opened before.
bool pauseFor(std::chrono::microseconds time, const Gate &over);

} // namespace psa::test
