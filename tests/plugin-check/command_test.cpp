// The command line: selection, output, exit codes.
#include "tests/plugin-check/checker.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace psa::test;

namespace {

std::string contentOf(const std::string &file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("docs/plugin-policies.md is what the tool prints")
{
    const ProgramResult printed = runChecker({"list", "--markdown"});
    CHECK(printed.exitCode == 0);
    // If this fails: psa-plugin-check list --markdown > docs/plugin-policies.md
    CHECK(printed.out == contentOf(PSA_SOURCE_DIR "/docs/plugin-policies.md"));
}

TEST_CASE("list shows each check once, up to the level")
{
    const ProgramResult all = runChecker({"list"});
    CHECK_THAT(all.out, Catch::Contains("S01") && Catch::Contains("G01"));
    const ProgramResult first = runChecker({"list", "--level", "1"});
    CHECK_THAT(first.out, Catch::Contains("S01") && !Catch::Contains("G01"));
}

TEST_CASE("explain says what a check requires and which checks it depends on")
{
    const ProgramResult explained = runChecker({"explain", "C05"});
    CHECK(explained.exitCode == 0);
    CHECK_THAT(explained.out, Catch::Contains("C05") && Catch::Contains("Required:") && Catch::Contains("C03, V01"));
    CHECK(runChecker({"explain", "Z99"}).exitCode == 2);
}

TEST_CASE("only and skip are RE2 expressions on ids")
{
    CHECK(check(faultPlugin("good"), {"--only", "^S0[12]$"}).results.size() == 2);
    CHECK(check(faultPlugin("good"), {"--only", "^S", "--skip", "S0[1-6]"}).results.size() == 1);
}

TEST_CASE("a usage error exits with 2 and is no verdict on the plugin")
{
    struct Case
    {
        std::vector<std::string> arguments;
        std::string words;
    };
    const auto wanted = GENERATE(values<Case>({
        {{}, "plugin file missing"},
        {{"/no/such/file.so"}, "there is no file /no/such/file.so"},
        {{"--level", "5", FAULTS_DIR "/good.so"}, "--level"},
        {{"--only", "(", FAULTS_DIR "/good.so"}, "is not RE2"},
        {{"--only", "nothing", FAULTS_DIR "/good.so"}, "leave no check"},
        {{"--json", "--junit", FAULTS_DIR "/good.so"}, "excludes"},
        {{"--config", "/no/such/check.toml", FAULTS_DIR "/good.so"}, "/no/such/check.toml"},
        {{"--onyl", "S01", FAULTS_DIR "/good.so", "--help"}, "has no option \"--onyl\". The nearest is --only."},
        {{"reproduce", "S01", FAULTS_DIR "/good.so"}, "--seed"},
    }));
    const ProgramResult result = runChecker(wanted.arguments);
    CAPTURE(result.out, result.err);
    CHECK(result.exitCode == 2);
    CHECK_THAT(result.err + result.out, Catch::Contains(wanted.words));
}

TEST_CASE("a run prints its seed, and its command to repeat a failure works")
{
    const ProgramResult first = runChecker({"--only", "^S03$", faultPlugin("exports_extra")});
    CHECK(first.exitCode == 1);
    CHECK_THAT(first.out, Catch::Contains("seed "));
    const std::size_t at = first.out.find("psa-plugin-check reproduce ");
    REQUIRE(at != std::string::npos);
    std::istringstream words(first.out.substr(at));
    std::vector<std::string> arguments;
    std::string word;
    for (words >> word; words >> word;)
        arguments.push_back(word);
    const ProgramResult again = runChecker(arguments);
    CHECK(again.exitCode == 1);
    CHECK_THAT(again.out, Catch::Contains("also_exported"));
}

TEST_CASE("repeat runs a check with one seed after the other")
{
    const Checked checked = check(faultPlugin("good"), {"--only", "^S01$", "--repeat", "3"});
    CHECK(checked.verdict("S01") == "ok");
}

TEST_CASE("a relative path is relative to the working folder of the tool")
{
    const std::filesystem::path relative = std::filesystem::relative(faultPlugin("good"));
    CHECK(runChecker({"--only", "^S0", relative.string()}).exitCode == 0);
}
