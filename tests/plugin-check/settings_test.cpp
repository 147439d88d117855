// check.toml: mistakes are reported with their line, waivers are shown and expire.
#include "tests/plugin-check/checker.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace psa::test;

namespace {

/// A check.toml in a separate folder.
struct Settings
{
    std::filesystem::path folder;
    std::string file;

    explicit Settings(const std::string &text)
    {
        std::string name = "/tmp/psa-check-XXXXXX";
        folder = mkdtemp(name.data());
        file = folder / "check.toml";
        std::ofstream(file) << text;
    }
    ~Settings() { std::filesystem::remove_all(folder); }
    Settings(const Settings &) = delete;
    Settings &operator=(const Settings &) = delete;
};

} // namespace

TEST_CASE("each mistake in check.toml is named with its line")
{
    struct Case
    {
        std::string text;
        std::string words;
    };
    const auto wanted = GENERATE(values<Case>({
        {"colour = 1\n", "check.toml:1:1: unknown key \"colour\""},
        {"fuzz_seconds = \"ten\"\n", "check.toml:1:16: \"fuzz_seconds\" must be a whole number"},
        {"[good_run]\nchoices = [{ list = \"queues\" }]\n", "there is no recording /tmp/psa-check-"},
        {"\n[[waiver]]\ncheck = \"Z99\"\nexpires = 2099-01-01\n", "check.toml:3:9: there is no check \"Z99\""},
        {"[[waiver]]\ncheck = \"S06\"\n", "without \"expires\""},
        {"[[waiver]]\ncheck = \"S06\"\nexpires = \"tomorrow\"\n", "must be a date without quotes"},
        {"[[ticket]]\ndescription = \"no title\"\n", "check.toml:1:1: [[ticket]] does not match schemas"},
        {"configuration = 7\n", "\"configuration\" must be a table"},
        {"[configuration\n", "check.toml:1"},
    }));
    const Settings settings(wanted.text);
    const ProgramResult result = runChecker({"--config", settings.file, faultPlugin("good")});
    CAPTURE(result.out, result.err);
    CHECK(result.exitCode == 2);
    CHECK_THAT(result.err, Catch::Contains(wanted.words));
}

TEST_CASE("a valid waiver is shown and makes the run pass")
{
    const Settings settings(
        "[[waiver]]\ncheck = \"S03\"\nreason = \"a tool of ours needs it\"\nexpires = 2999-12-31\n");
    const ProgramResult result =
        runChecker({"--only", "^S03$", "--config", settings.file, faultPlugin("exports_extra")});
    CAPTURE(result.out);
    CHECK(result.exitCode == 0);
    CHECK_THAT(result.out, Catch::Contains("waived    S03") && Catch::Contains("also_exported") &&
                               Catch::Contains("waived until 2999-12-31: a tool of ours needs it"));
}

TEST_CASE("an expired waiver fails")
{
    const Settings settings("[[waiver]]\ncheck = \"S06\"\nreason = \"soon gone\"\nexpires = 2020-02-29\n");
    const ProgramResult result =
        runChecker({"--only", "^S06$", "--config", settings.file, faultPlugin("imports_forbidden")});
    CAPTURE(result.out);
    CHECK(result.exitCode == 1);
    CHECK_THAT(result.out, Catch::Contains("failed    S06") &&
                               Catch::Contains("held until 2020-02-29 (soon gone) and has expired"));
}

TEST_CASE("from level 3 on a waiver needs a reason")
{
    const Settings settings("[[waiver]]\ncheck = \"S03\"\nexpires = 2999-12-31\n");
    const auto at = [&](const std::string &level) {
        return runChecker(
            {"--level", level, "--only", "^S03$", "--config", settings.file, faultPlugin("exports_extra")});
    };
    CHECK(at("2").exitCode == 0);
    CHECK(at("3").exitCode == 2);
    CHECK_THAT(at("3").err, Catch::Contains("the waiver of S03 has no \"reason\""));
}

TEST_CASE("an unused waiver is reported")
{
    const Settings settings("[[waiver]]\ncheck = \"S03\"\nexpires = 2999-12-31\n");
    const ProgramResult result = runChecker({"--only", "^S03$", "--config", settings.file, faultPlugin("good")});
    CHECK(result.exitCode == 0);
    CHECK_THAT(result.out, Catch::Contains("The waiver of S03 is not needed"));
}

TEST_CASE("an example configuration that the plugin's form rejects fails, and says so")
{
    const Settings settings("[configuration]\nnoSuchField = \"x\"\n");
    const Checked checked = check(faultPlugin("good"), {"--only", "^C01$", "--config", settings.file});
    CHECK(checked.verdict("C01") == "failed");
    CHECK_THAT(checked.words("C01"), Catch::Contains("noSuchField"));
}
