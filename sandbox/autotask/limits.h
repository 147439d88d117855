#pragma once

#include "sandbox/common/clock.h"
#include "sandbox/common/service.h"
#include "sandbox/common/switches.h"

#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace psa::sandbox::autotask {

/// Requests at once for one tracking identifier and entity. Every function may be called from any thread.
class ThreadLimit
{
public:
    /// Null if `most` (0: any number) are under way already.
    std::unique_ptr<Slot> take(const std::string &key, std::int64_t most);
    /// The most that were under way at once for one key.
    std::int64_t mostAtOnce() const;
    void clear();

private:
    class Held;
    mutable std::mutex mutex_;
    std::map<std::string, std::int64_t> now_;
    std::int64_t most_ = 0;
};

/// Calls in the rolling hour. Every function may be called from any thread.
class HourlyCount
{
public:
    HourlyCount(const SandboxClock &clock, const Switches &switches) : clock_(clock), switches_(switches) {}

    void add();
    std::int64_t count() const;
    bool exceeded() const;
    /// What the service adds to each answer at this use.
    std::chrono::milliseconds slowness() const;
    void clear();

private:
    void forget() const;

    const SandboxClock &clock_;
    const Switches &switches_;
    mutable std::mutex mutex_;
    mutable std::deque<SandboxClock::Time> calls_;
};

} // namespace psa::sandbox::autotask
