// Plugins that try to harm the checker: it ends, reports what it saw, and leaves nothing behind.
#include "tests/plugin-check/checker.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace psa::test;

namespace {

std::string hostile(const std::string &name)
{
    return std::string(BUILT_DIR) + "/" + name + ".so";
}

/// A file into which plugins write the ids of the processes that they leave behind.
struct Processes
{
    std::string path = "/tmp/psa-check-processes-XXXXXX";
    Processes() { close(mkstemp(path.data())); }
    ~Processes() { std::filesystem::remove(path); }
    Processes(const Processes &) = delete;
    Processes &operator=(const Processes &) = delete;

    std::string variable() const { return "PSA_CHECK_TEST_FILE=" + path; }

    std::vector<pid_t> numbers() const
    {
        std::vector<pid_t> all;
        std::ifstream file(path);
        for (pid_t number = 0; file >> number;)
            all.push_back(number);
        return all;
    }
};

struct Case
{
    std::string name;
    std::string verdict; ///< Of V01, which calls test.
    std::string words;
    int exitCode;
};

std::vector<Case> hostileCases()
{
    std::vector<Case> all = {
        {"exits_well", "crashed", "exited on its own, with exit code 0 in test", 3},
        {"stops_itself", "timed out", "killed after 2.0 s in test", 1},
        {"writes_everywhere", "failed", "crashed in test", 1},
        {"floods_output", "crashed", "SIGXFSZ in test", 3},
        {"spins", "timed out", "killed after 2.0 s in test", 1},
    };
// because no limit leaves room for their shadow memory, and their runtimes need system calls of their own
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    all.push_back({"eats_memory", "ok", "", 0});
    all.push_back({"kills_parent", "timed out", "it called getpgid, which its process may not", 1});
    all.push_back({"kills_group", "failed", "it called kill, which its process may not", 1});
#endif
    return all;
}

} // namespace

TEST_CASE("a plugin that attacks the checker is reported and the checker ends")
{
    const auto wanted = GENERATE(from_range(hostileCases()));
    CAPTURE(wanted.name);
    const Checked checked = check(hostile(wanted.name), {"--only", "^V01$", "--timeout", "2"});
    CHECK(checked.verdict("V01") == wanted.verdict);
    CHECK_THAT(checked.words("V01"), Catch::Contains(wanted.words));
    CHECK(checked.program.exitCode == wanted.exitCode);
}

TEST_CASE("without limits, a plugin that kills the parent of its process is reported and the checker ends")
{
    const Checked checked = check(hostile("kills_parent"), {"--only", "^V01$", "--no-sandbox"});
    CHECK(checked.verdict("V01") == "crashed");
    CHECK_THAT(checked.words("V01"), Catch::Contains("kills processes that it did not start"));
    CHECK(check(hostile("kills_group"), {"--only", "^V01$", "--no-sandbox"}).verdict("V01") == "crashed");
}

TEST_CASE("processes that a plugin starts end with the check, daemons too")
{
    const std::string name = GENERATE("forks_daemon", "forks_many");
    const Processes processes;
    const Checked checked =
        check(hostile(name), {"--only", "^V01$", "--timeout", "5", "--no-sandbox"}, {processes.variable()});
    CAPTURE(name, checked.words("V01"));
    CHECK(checked.results.size() == 1);
    CHECK(!processes.numbers().empty());
    for (const pid_t number : processes.numbers())
        CHECK(kill(number, 0) == -1);
}

TEST_CASE("processes that a plugin leaves are found")
{
    const Processes processes;
    const Checked checked = check(hostile("forks_daemon"), {"--only", "^G03$", "--no-sandbox"}, {processes.variable()});
    CHECK(checked.verdict("G03") == "failed");
    CHECK_THAT(checked.words("G03"), Catch::Contains("processes started: was 0"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a plugin cannot start processes")
{
    const Processes processes;
    const Checked checked = check(hostile("forks_daemon"), {"--only", "^G03$"}, {processes.variable()});
    CHECK(checked.verdict("G03") == "failed");
    CHECK_THAT(checked.words("G03"), Catch::Contains("it called pipe2, which its process may not"));
    CHECK(processes.numbers().empty());
}
#endif

// Whether its call ends by its own deadline or by the checker's depends on which thread first meets the closed socket.
TEST_CASE("a plugin that closes the checker's socket is reported however the call ends")
{
    const Checked checked = check(hostile("closes_descriptors"), {"--only", "^V01$", "--timeout", "2"});
    CHECK_THAT(checked.verdict("V01"), Catch::Equals("failed") || Catch::Equals("timed out"));
    CHECK_THAT(checked.words("V01"), Catch::Contains("it closed descriptors of the process that it did not open") ||
                                         Catch::Contains("killed after 2.0 s in test"));
    CHECK(checked.program.exitCode == 1);
}

TEST_CASE("descriptors that a plugin closes are found")
{
    const Checked checked = check(hostile("closes_descriptors"), {"--only", "^G01$"});
    CHECK(checked.verdict("G01") == "failed");
    CHECK_THAT(checked.words("G01"), Catch::Contains("it closed descriptors of the process that it did not open"));
}
