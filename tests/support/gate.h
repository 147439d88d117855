#pragma once

#include <atomic>
#include <chrono>

namespace psa::test {

/// Closed until it is opened, then open forever. Everything that waits (a read, a pause, a responder) also waits on
/// gates, so that a test decides what happens when and no thread outlives it. Thread-safe.
class Gate
{
public:
    Gate();
    ~Gate();
    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;

    void open();
    bool isOpen() const { return open_.load(); }
    /// True once it is open, false if it is not within `limit`.
    bool wait(std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

    /// Readable for poll() when open; never to be read.
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
    std::atomic<bool> open_{false};
};

/// Waits until `gate` (true) or `over` (false) is open.
bool waitFor(const Gate &gate, const Gate &over);
/// Waits for `time`; false if `over` opened before.
bool pauseFor(std::chrono::microseconds time, const Gate &over);

} // namespace psa::test
