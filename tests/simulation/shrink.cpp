#include "tests/simulation/shrink.h"

#include <algorithm>

namespace psa::simulation {
namespace {

std::string nameOf(const std::string &broken)
{
    return broken.substr(0, broken.find(':'));
}

Plan without(const Plan &plan, std::size_t from, std::size_t count)
{
    Plan less = plan;
    const auto begin = less.acts.begin() + static_cast<std::ptrdiff_t>(from);
    less.acts.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(count, less.acts.size() - from)));
    return less;
}

} // namespace

Plan shrunk(Plan plan, const std::string &broken, int most)
{
    const auto stillBreaks = [&](const Plan &less) {
        return --most >= 0 && nameOf(carryOut(less).broken) == nameOf(broken);
    };
    for (std::size_t count = std::max<std::size_t>(1, plan.acts.size() / 2); count > 0; count /= 2)
        for (std::size_t from = 0; from < plan.acts.size();)
            if (Plan less = without(plan, from, count); stillBreaks(less))
                plan = std::move(less);
            else
                from += count;
    if (Plan less = plan; (less.hosts = 1) < plan.hosts)
    {
        for (Act &act : less.acts)
            act.host = 0;
        if (stillBreaks(less))
            plan = less;
    }
    return plan;
}

} // namespace psa::simulation
