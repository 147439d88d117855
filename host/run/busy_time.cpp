#include "host/run/busy_time.h"

namespace psa::run {

std::string stuckText(const std::string &who, clock::RunningClock::duration time, clock::RunningClock::duration allowed)
{
    if (time <= allowed)
        return {};
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time).count();
    return who + " has made no progress for " + std::to_string(minutes) + " minutes.";
}

} // namespace psa::run
