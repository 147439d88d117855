#include "host/clock/running_clock.h"

#include <pthread.h>

namespace psa::clock {
namespace {

using Steady = std::chrono::steady_clock;

struct State
{
    std::mutex mutex; ///< Guards the members below.
    RunningClock::Source source = &Steady::now;
    Steady::time_point looked = Steady::now();
    Steady::duration leftOut{0};
};

State &state();

void lockForFork()
{
    state().mutex.lock();
}

void unlockAfterFork()
{
    state().mutex.unlock();
}

/// One per process, also for threads that outlive its statics. A forked child continues to use it, so no thread may
/// hold the lock during a fork.
State &state()
{
    static State *const only = [] {
        auto *made = new State;
        pthread_atfork(&lockForFork, &unlockAfterFork, &unlockAfterFork);
        return made;
    }();
    return *only;
}

} // namespace

RunningClock::time_point RunningClock::now()
{
    State &time = state();
    const std::lock_guard lock(time.mutex);
    const Steady::time_point steady = time.source();
    const Steady::duration gap = steady - time.looked;
    if (gap > maxGap)
        time.leftOut += gap - maxGap;
    else if (gap < Steady::duration::zero()) // another source
        time.leftOut += gap;
    time.looked = steady;
    return time_point((steady - time.leftOut).time_since_epoch());
}

void RunningClock::readFrom(Source source)
{
    State &time = state();
    const std::lock_guard lock(time.mutex);
    time.source = source != nullptr ? source : &Steady::now;
}

} // namespace psa::clock
