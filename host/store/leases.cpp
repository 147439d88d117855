#include "host/store/leases.h"

namespace psa::store {

const char *toText(LeaseKind kind)
{
    switch (kind)
    {
    case LeaseKind::connection:
        return "connection";
    case LeaseKind::source:
        return "source";
    case LeaseKind::duty:
        return "duty";
    case LeaseKind::quota:
        return "quota";
    }
    return "unknown";
}

bool isDue(const std::optional<DutyRow> &duty, clock::Clock::Wall now, std::chrono::milliseconds every)
{
    if (!duty || !duty->ended || *duty->ended < duty->began)
        return true;
    return now - *duty->ended >= every || now < *duty->ended; // the clock was put back
}

} // namespace psa::store
