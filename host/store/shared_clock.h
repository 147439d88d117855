#pragma once

#include "host/clock/clock.h"

#include <mutex>

namespace psa::store {

/// The clock of a database that several hosts share, as far as it is known: what is due, leased or counted is so for all of
/// them by one clock, however wrong the clocks of their machines are. Never goes back. Until it has been measured, it is the
/// machine's clock. Thread-safe.
class SharedClock final : public clock::Clock
{
public:
    Steady now() const override { return machine_.now(); }
    Wall wallNow() const override;
    clock::RunningClock::time_point running() const override { return machine_.running(); }

    /// The database was asked for its time at `sent`, and the answer, `time`, came at `received`.
    void measured(Wall time, Steady sent, Steady received);

private:
    const clock::SystemClock machine_;
    mutable std::mutex mutex_; ///< Guards what follows.
    bool known_ = false;
    Wall::duration ahead_{0}; ///< Of the machine's steady clock.
    mutable Wall latest_{};
};

} // namespace psa::store
