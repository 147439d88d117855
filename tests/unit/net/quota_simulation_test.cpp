// Four hours with a PSA's limits, more to send than they allow, and a restart.
#include "host/net/budget.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

using namespace psa::clock;
using namespace psa::net;
using psa::test::ManualClock;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t perHour = 10000;
constexpr double share = 0.40;
constexpr auto ours = static_cast<std::size_t>(perHour * share);
constexpr std::size_t atOnce = 3;

/// Counts like the PSA: every request of the last hour, and those in progress.
class Psa
{
public:
    void begin(Clock::Steady now)
    {
        while (!lastHour_.empty() && lastHour_.front() <= now - 1h)
            lastHour_.pop_front();
        lastHour_.push_back(now);
        maxInAnHour = std::max(maxInAnHour, lastHour_.size());
        ++all;
    }

    std::size_t maxInAnHour = 0;
    std::size_t all = 0;

private:
    std::deque<Clock::Steady> lastHour_;
};

/// One run of the host: sends as much as it may until `end`; each request takes some time.
void live(const std::shared_ptr<ManualClock> &clock, std::optional<BudgetSnapshot> &kept, Psa &psa, Clock::Steady end)
{
    BudgetRegistry registry(clock);
    if (kept)
        registry.restore(*kept);
    registry.persistWith([&](const BudgetSnapshot &snapshot) { kept = snapshot; });
    const Budget budget = registry.forConnection("c", {{atOnce, "", ""}}, {{perHour, 3600s, "", ""}}, share);
    while (clock->now() < end)
    {
        std::vector<Admission> underWay; // as many as there are slots; budget_test.cpp tests waiting
        bool full = false;
        while (!full && underWay.size() < atOnce)
        {
            Admission admission = budget.admit("", Stop{clock->running() + 1s});
            full = !admission.granted();
            if (admission.granted())
            {
                psa.begin(clock->now());
                underWay.push_back(std::move(admission));
            }
        }
        clock->advance(200ms);
    }
}

} // namespace

TEST_CASE("over four hours with a restart the share is never exceeded and nearly all of it is used", "[budget]")
{
    const auto clock = std::make_shared<ManualClock>();
    const Clock::Steady start = clock->now();
    std::optional<BudgetSnapshot> kept;
    Psa psa;
    live(clock, kept, psa, start + 100min);
    live(clock, kept, psa, start + 4h); // restarted in the middle of an hour
    CAPTURE(psa.all, psa.maxInAnHour);
    CHECK(psa.maxInAnHour <= ours);
    CHECK(psa.all >= 4 * ours * 95 / 100);
}
