#pragma once

#include "host/net/http_types.h"

#include <stdexcept>

namespace psa::net {

/// Ends a connection attempt or an exchange in progress. what() is the detail of the response.
class NetError : public std::runtime_error
{
public:
    NetError(Reason why, const std::string &detail) : std::runtime_error(detail), reason(why) {}

    Reason reason;
};

/// Throws NetError (cancelled or timeout) once `stop` is reached; `doing` says what was in progress.
inline void throwIfStopped(const Stop &stop, const char *doing)
{
    if (stop.cancelled())
        throw NetError(Reason::cancelled, std::string("cancelled while ") + doing);
    if (clock::RunningClock::now() >= stop.deadline)
        throw NetError(Reason::timeout, std::string("the deadline passed while ") + doing);
}

/// How often a wait checks for cancellation.
constexpr std::chrono::milliseconds cancelPollInterval{50};

/// The end of the next slice of a wait: no later than `stop`, and soon enough to notice a cancellation.
inline clock::RunningClock::time_point nextLook(const Stop &stop)
{
    return std::min<clock::RunningClock::time_point>(stop.deadline, clock::RunningClock::now() + cancelPollInterval);
}

} // namespace psa::net
