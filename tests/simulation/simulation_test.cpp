// Whole fleets from seeds, with faults of every kind: see docs/simulation.md.
#include "tests/simulation/shrink.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>

using namespace psa::simulation;

namespace {

/// A number of the environment.
std::uint64_t given(const char *name, std::uint64_t otherwise)
{
    const char *const text = std::getenv(name); // NOLINT(concurrency-mt-unsafe): there is one thread
    return text == nullptr ? otherwise : std::stoull(text);
}

/// What to read about a seed that breaks an invariant.
std::string reportOf(const Plan &plan, const std::string &broken)
{
    const Plan less = shrunk(plan, broken, static_cast<int>(given("PSA_SIM_SHRINK", 400)));
    const Outcome last = carryOut(less, true);
    return "Seed " + std::to_string(plan.seed) + " breaks " + broken +
           "\nAgain: PSA_SIM_SEED=" + std::to_string(plan.seed) + " simulation-tests seeds\n" +
           "With fewer acts it breaks " + last.broken + "\n" + toText(less) +
           (given("PSA_SIM_LOG", 0) != 0 ? last.log : "");
}

} // namespace

TEST_CASE("the same seed gives the same run")
{
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U})
    {
        const Outcome first = carryOut(planFrom(seed));
        const Outcome second = carryOut(planFrom(seed));
        CHECK(first.trace == second.trace);
        CHECK(first.lasted == second.lasted);
        CHECK(first.broken == second.broken);
    }
    CHECK(carryOut(planFrom(1)).trace != carryOut(planFrom(2)).trace);
}

TEST_CASE("seeds")
{
    using Clock = std::chrono::steady_clock;
    const std::uint64_t only = given("PSA_SIM_SEED", 0);
    const std::uint64_t first = only != 0 ? only : given("PSA_SIM_FIRST", 1);
    const std::uint64_t count = only != 0 ? 1 : given("PSA_SIM_SEEDS", 100000);
    const auto until = Clock::now() + std::chrono::seconds(given("PSA_SIM_SECONDS", 50));
    std::uint64_t done = 0;
    std::size_t tickets = 0;
    while (done < count && (done == 0 || Clock::now() < until))
    {
        const Plan plan = planFrom(first + done);
        const Outcome outcome = carryOut(plan);
        tickets += outcome.tickets;
        ++done;
        if (!outcome.broken.empty())
            FAIL(reportOf(plan, outcome.broken));
    }
    std::cout << done << " seeds from " << first << ", with " << tickets << " tickets in their PSAs\n";
    CHECK(tickets > done / 2); // otherwise nothing happens in them
}
