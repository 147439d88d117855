#include "host/store/shared_clock.h"

#include <algorithm>

namespace psa::store {

using namespace std::chrono_literals;

clock::Clock::Wall SharedClock::wallNow() const
{
    const std::lock_guard lock(mutex_);
    const Wall present =
        known_ ? Wall(std::chrono::duration_cast<Wall::duration>(machine_.now().time_since_epoch()) + ahead_)
               : machine_.wallNow();
    latest_ = std::max(latest_, present);
    return latest_;
}

void SharedClock::measured(Wall time, Steady sent, Steady received)
{
    const auto way = (received - sent) / 2;
    const auto ahead =
        time.time_since_epoch() - std::chrono::duration_cast<Wall::duration>((sent + way).time_since_epoch());
    const std::lock_guard lock(mutex_);
    if (known_ && std::chrono::abs(ahead - ahead_) <= way + 1ms)
        return; // as exact as this measurement
    if (!known_)
        latest_ = Wall();
    known_ = true;
    ahead_ = ahead;
}

} // namespace psa::store
