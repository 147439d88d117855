#include "sandbox/autotask/limits.h"

namespace psa::sandbox::autotask {

bool HourlyCount::exceeded() const
{
    return switches_.on("limit.enforced") && count() > switches_.number("limit.hourly");
}

std::chrono::milliseconds HourlyCount::slowness() const
{
    const std::chrono::milliseconds step(switches_.number("limit.latencyMs"));
    const std::int64_t limit = switches_.number("limit.hourly");
    const std::int64_t now = step.count() == 0 ? 0 : count();
    if (now * 4 >= limit * 3)
        return 2 * step;
    return now * 2 >= limit ? step : std::chrono::milliseconds(0);
}

} // namespace psa::sandbox::autotask
