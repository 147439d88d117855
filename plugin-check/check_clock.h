#pragma once

#include "host/clock/clock.h"

#include <atomic>

namespace psa::check {

/// A clock that starts at a chosen date, runs like the machine's, and can be advanced: a deadline passes without
/// waiting for it. Thread-safe.
class CheckClock : public clock::Clock
{
public:
    explicit CheckClock(Wall begin) : begin_(begin), start_(std::chrono::steady_clock::now()) {}

    Steady now() const override { return std::chrono::steady_clock::now() + ahead_.load(); }
    clock::RunningClock::time_point running() const override { return clock::RunningClock::now() + ahead_.load(); }
    Wall wallNow() const override { return begin_ + std::chrono::duration_cast<Wall::duration>(now() - start_); }

    void putForward(std::chrono::milliseconds time) { ahead_ = ahead_.load() + time; }

private:
    Wall begin_;
    Steady start_;
    std::atomic<Steady::duration> ahead_{Steady::duration::zero()};
};

} // namespace psa::check
