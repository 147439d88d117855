// Good plugins pass, so that a failure means something.
#include "tests/plugin-check/checker.h"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace psa::test;

TEST_CASE("good plugins pass level 2")
{
    const std::string plugin = GENERATE(faultPlugin("good"), std::string(MINIMAL_C), std::string(MINIMAL_CPP));
    const Checked checked = check(plugin, {"--level", "2"});
    CAPTURE(plugin, checked.problems());
    CHECK(checked.program.exitCode == 0);
    CHECK(checked.results.size() > 35);
    CHECK(checked.verdict("C03") == "ok");
    CHECK(checked.verdict("G01") == "ok");
}

TEST_CASE("our own plugins pass level 2 with their check.toml")
{
    const Checked checked =
        check(AUTOTASK, {"--level", "2", "--config", PSA_SOURCE_DIR "/plugins/autotask/check.toml"});
    CAPTURE(checked.problems());
    CHECK(checked.program.exitCode == 0);
    for (const auto &[id, result] : checked.results)
    {
        CAPTURE(id, checked.words(id));
        CHECK(checked.verdict(id) == (id == "D03" ? "skipped" : "ok"));
    }
}

TEST_CASE("checks that run in one process have the same results")
{
    const Checked checked = check(faultPlugin("result_twice"), {"--in-process", "--only", "^(C01|M01|M02)$"});
    CHECK(checked.verdict("C01") == "ok");
    CHECK(checked.verdict("M01") == "failed");
    CHECK(checked.verdict("M02") == "ok");
    CHECK(checked.program.exitCode == 1);
}
