#pragma once

#include <atomic>
#include <chrono>

namespace psa::sandbox {

/// The machine's clock, plus the offset set by a test. Thread-safe.
class SandboxClock
{
public:
    using Time = std::chrono::system_clock::time_point;

    Time now() const { return std::chrono::system_clock::now() + std::chrono::milliseconds(moved_.load()); }
    /// Advances the sandbox's time; waits are not affected.
    void advance(std::chrono::milliseconds by) { moved_ += by.count(); }

private:
    std::atomic<std::int64_t> moved_{0};
};

} // namespace psa::sandbox
