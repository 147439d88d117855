#include "host/plugin/host_table.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
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

TEST_CASE("a log line outside a call is made printable, whatever its level")
{
    std::vector<std::pair<psa_log_level, std::string>> lines;
    const auto keep = [&](psa_log_level level, const std::string &line) { lines.emplace_back(level, line); };
    HostTable owned(keep, {});
    const auto *const table = &owned;
    table->raw()->log(table->raw(), 99,
                      {"a\x1B"
                       "b",
                       3});
    table->raw()->log(table->raw(), PSA_LOG_INFO, {nullptr, 7});
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].first == PSA_LOG_ERROR);
    CHECK(lines[0].second == "a\xEF\xBF\xBD"
                             "b");
}
