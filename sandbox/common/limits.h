#pragma once

#include "sandbox/common/clock.h"
#include "sandbox/common/service.h"

#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace psa::sandbox {

/// Concurrent requests per key. Thread-safe.
class ThreadLimit
{
public:
    /// Null if `most` (0: no limit) are already in progress.
    std::unique_ptr<Slot> take(const std::string &key, std::int64_t most);
    /// The maximum number of concurrent requests for one key so far.
    std::int64_t maxAtOnce() const;
    void clear();

private:
    class Held;
    mutable std::mutex mutex_;
    std::map<std::string, std::int64_t> now_;
    std::int64_t most_ = 0;
};

/// Calls in a rolling window. Thread-safe.
class RollingCount
{
public:
    RollingCount(const SandboxClock &clock, std::chrono::milliseconds window) : clock_(clock), window_(window) {}

    void add();
    std::int64_t count() const;
    void clear();

private:
    void forget() const;

    const SandboxClock &clock_;
    const std::chrono::milliseconds window_;
    mutable std::mutex mutex_;
    mutable std::deque<SandboxClock::Time> calls_;
};

} // namespace psa::sandbox
