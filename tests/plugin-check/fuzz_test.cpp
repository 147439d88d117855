// The check F01: libFuzzer on a plugin's sources, and its corpus on the plugin's file.
#include "tests/plugin-check/checker.h"

#include <psa/fuzzing.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <iostream>

using namespace psa::test;
using psa::testing::FuzzInput;

namespace {

const std::string settings = std::string(PSA_SOURCE_DIR) + "/tests/faults/check.toml";

std::string fuzzer(const std::string &plugin)
{
    return std::string(FUZZERS_DIR) + "/fuzz-" + plugin;
}

constexpr const char *untilFound = "120"; // it ends with the first finding

/// F01 alone; deletes the corpora of earlier runs unless `keep`.
Checked fuzzed(const std::string &plugin, const std::string &target, bool keep = false, const char *seconds = "5")
{
    if (!keep)
        for (const char *kind : {".corpus", ".findings", ".seeds"})
            std::filesystem::remove_all(target + kind);
    return check(faultPlugin(plugin), {"--level", "4", "--only", "^F01$", "--fuzz-seconds", seconds, "--fuzzer", target,
                                       "--config", settings});
}

bool isThereLibFuzzer()
{
    if (!std::string(FUZZERS_DIR).empty())
        return true;
    std::cout << "skipped: there is no libFuzzer (libclang-rt-14-dev)\n";
    return false;
}

} // namespace

TEST_CASE("without a fuzz target F01 is skipped and says how to build one")
{
    const Checked checked = check(faultPlugin("psa_good"), {"--level", "4", "--only", "^F01$", "--config", settings});
    CHECK(checked.verdict("F01") == "skipped");
    CHECK_THAT(checked.words("F01"), Catch::Contains("the target fuzz of psa_add_checks() builds it, with clang"));
    CHECK(checked.program.exitCode == 0);
}

TEST_CASE("the fuzz target of a good plugin finds nothing, and the plugin's file survives its corpus", "[faults]")
{
    if (!isThereLibFuzzer())
        return;
    const Checked checked = fuzzed("psa_good", fuzzer("psa_good"));
    CAPTURE(checked.words("F01"));
    CHECK(checked.verdict("F01") == "ok");
    CHECK_THAT(checked.words("F01"),
               Catch::Contains("inputs by libFuzzer") && Catch::Contains("run against the plugin's file"));
    CHECK_FALSE(std::filesystem::is_empty(fuzzer("psa_good") + ".corpus"));
}

TEST_CASE("a plugin that crashes on an odd response fails F01, which names the input, and fails it again at once",
          "[faults]")
{
    if (!isThereLibFuzzer())
        return;
    const std::string target = fuzzer("crashes_on_odd_id");
    for (const bool again : {false, true})
    {
        const Checked checked = fuzzed("crashes_on_odd_id", target, again, untilFound);
        CAPTURE(again);
        CHECK(checked.verdict("F01") == "failed");
        CHECK_THAT(checked.words("F01"), Catch::Contains("SEGV") && Catch::Contains("run it again: " + target + " ") &&
                                             Catch::Contains(target + ".findings"));
        CHECK_FALSE(std::filesystem::is_empty(target + ".findings"));
    }
}

TEST_CASE("a plugin that hangs on an odd configuration fails F01", "[faults]")
{
    if (!isThereLibFuzzer())
        return;
    const Checked checked = fuzzed("hangs_on_odd_config", fuzzer("hangs_on_odd_config"), false, untilFound);
    CHECK(checked.verdict("F01") == "failed");
    CHECK_THAT(checked.words("F01"), Catch::Contains("timeout"));
}

TEST_CASE("the fuzz target of another plugin, and a program that is not one, are rejected")
{
    const std::string program = std::string(BUILT_DIR) + "/no-fuzzer";
    std::filesystem::copy_file("/bin/true", program, std::filesystem::copy_options::overwrite_existing);
    const Checked none = fuzzed("psa_good", program);
    CHECK(none.verdict("F01") == "failed");
    CHECK_THAT(none.words("F01"),
               Catch::Contains(program + " is not the fuzz target of com.example.fault.psa-good@1.0.0"));
    if (!isThereLibFuzzer())
        return;
    const Checked other = fuzzed("psa_good", fuzzer("crashes_on_odd_id"));
    CHECK_THAT(other.words("F01"), Catch::Contains("is not the fuzz target of com.example.fault.psa-good@1.0.0"));
}

TEST_CASE("a fuzz input is unchanged after it was written and read")
{
    FuzzInput input;
    input.call = 'c';
    input.argument = "ref-1";
    input.configuration = R"({"version":1})";
    input.document = "ticket";
    input.answers = {
        {PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, 429, 0, {{"Retry-After", "7", false}}, "two\n\nlines", {}},
        {PSA_HTTP_NO_ANSWER, PSA_HTTP_REASON_CLOSED, 0, 0, {}, {}, {}}};
    const FuzzInput read = FuzzInput::fromBytes(input.toBytes());
    CHECK(read.call == 'c');
    CHECK(read.argument == "ref-1");
    CHECK(read.configuration == input.configuration);
    CHECK(read.document == "ticket");
    REQUIRE(read.answers.size() == 2);
    CHECK(read.answers[0].status == 429);
    CHECK(read.answers[0].headers.at(0).value == "7");
    CHECK(read.answers[0].body == "two\n\nlines");
    CHECK(read.answers[1].delivery == PSA_HTTP_NO_ANSWER);
}

TEST_CASE("any bytes are a fuzz input")
{
    for (const std::string &bytes :
         {std::string(), std::string(5, '\0'), std::string("c"), std::string("t\0\0\0x\n:", 7)})
        CHECK(FuzzInput::fromBytes(FuzzInput::fromBytes(bytes).toBytes()).toBytes() ==
              FuzzInput::fromBytes(bytes).toBytes());
}
