#include "host/delivery/breaker.h"

namespace psa::delivery {
namespace {

bool endsByItself(Pause pause)
{
    return pause == Pause::permission || pause == Pause::transport;
}

} // namespace

const char *toText(Pause pause)
{
    switch (pause)
    {
    case Pause::none:
        return "none";
    case Pause::auth:
        return "auth";
    case Pause::permission:
        return "permission";
    case Pause::transport:
        return "transport";
    case Pause::lost:
        return "lost";
    case Pause::quarantine:
        return "quarantine";
    }
    return "none";
}

void Breaker::succeeded()
{
    failures_ = 0;
    probes_ = 0;
}

void Breaker::failed(const std::string &why, const clock::Clock::Moment &now)
{
    if (++failures_ >= policy_.failuresToPause)
        pause(Pause::transport, why, now);
}

void Breaker::pause(Pause pause, const std::string &why, const clock::Clock::Moment &now)
{
    this->pause(pause, why, now.steady, now.wall);
}

void Breaker::pause(Pause pause, const std::string &why, clock::Clock::Steady now,
                    std::optional<clock::Clock::Wall> since)
{
    // A pause that a human or a restart must end is not replaced by one that ends automatically. Of those, rejected
    // credentials survive a restart, and so must not be hidden by another pause.
    const bool lasting = pause_ != Pause::none && !endsByItself(pause_);
    if (lasting && (pause != Pause::auth || pause_ == Pause::auth))
        return;
    const bool first = pause_ == Pause::none;
    if (pause_ != pause)
        since_ = since;
    pause_ = pause;
    reason_ = why;
    if (!endsByItself(pause))
        probeAt_.reset();
    else if (first || !probeAt_)
        probeAt_ = now + probeWait(policy_, probes_);
}

void Breaker::probeFailed(const std::string &why, clock::Clock::Steady now)
{
    if (!endsByItself(pause_))
        return;
    reason_ = why;
    probeAt_ = now + probeWait(policy_, ++probes_);
}

void Breaker::probePassed()
{
    if (!endsByItself(pause_))
        return;
    pause_ = Pause::none;
    reason_.clear();
    since_.reset();
    probeAt_.reset();
    ++probes_;
    // One more failure pauses it again.
    failures_ = policy_.failuresToPause - 1;
}

} // namespace psa::delivery
