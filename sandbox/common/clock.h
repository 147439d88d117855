#pragma once

#include <atomic>
#include <chrono>

namespace psa::sandbox {

/// The machine's clock, plus what a test moved it by. Every function may be called from any thread.
class SandboxClock
{
public:
    using Time = std::chrono::system_clock::time_point;

    Time now() const { return std::chrono::system_clock::now() + std::chrono::milliseconds(moved_.load()); }
    /// Moves the sandbox's time on; nothing waits for it.
    void advance(std::chrono::milliseconds by) { moved_ += by.count(); }

private:
    std::atomic<std::int64_t> moved_{0};
};

} // namespace psa::sandbox
