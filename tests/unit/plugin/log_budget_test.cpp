#include "host/plugin/log_budget.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;

TEST_CASE("a log budget ends with one last line, and is refilled with its window if it has one")
{
    const LogBudget::Clock::time_point start{};
    const auto spend = [&](LogBudget &budget) {
        for (unsigned line = 0; line < LogBudget::maxLines; ++line)
            REQUIRE(budget.take(start) == LogBudget::Verdict::write);
        CHECK(budget.take(start) == LogBudget::Verdict::lastWord);
        CHECK(budget.take(start + std::chrono::seconds(59)) == LogBudget::Verdict::drop);
    };
    LogBudget once;
    spend(once);
    CHECK(once.take(start + std::chrono::hours(1)) == LogBudget::Verdict::drop);
    LogBudget window{std::chrono::minutes(1)};
    spend(window);
    CHECK(window.take(start + std::chrono::minutes(1)) == LogBudget::Verdict::write);
}
