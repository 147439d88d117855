// Plugins that crash their process. The host itself cannot survive that (docs/writing-a-plugin.md says so); in a child
// process they end only the child, whose exit shows what happened.
#include "tests/support/run_program.h"

#include <catch2/catch.hpp>

#include <csignal>

using psa::test::ProgramResult;
using psa::test::runProgram;

namespace {

ProgramResult runChild(const std::string &plugin, const std::string &verb)
{
    // A sanitizer would catch the signals and exit in its own way.
    const std::string raw = "handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0";
    return runProgram(FAULT_CHILD, {std::string(FAULTS_DIR) + "/" + plugin + ".so", verb},
                      {"ASAN_OPTIONS=detect_leaks=0:" + raw, "UBSAN_OPTIONS=" + raw, "TSAN_OPTIONS=" + raw});
}

struct Crash
{
    std::string plugin;
    std::string verb;
    int signal;
    int exitCode;
    std::string reached; ///< The child's output before it ended.
};

} // namespace

TEST_CASE("a plugin that crashes its process only ends a child, and the next one works")
{
    const auto wanted = GENERATE(values<Crash>({
        {"constructor_crashes", "load", SIGSEGV, -1, ""},
        {"exit_in_configure", "configure", 0, 7, "loaded\ncreated\n"},
        {"segv_in_test", "test", SIGSEGV, -1, "loaded\ncreated\nconfigured\n"},
        {"stack_overflow", "test", SIGSEGV, -1, "loaded\ncreated\nconfigured\n"},
        {"abort_in_ticket", "create_ticket", SIGABRT, -1, "loaded\ncreated\nconfigured\n"},
    }));
    CAPTURE(wanted.plugin);
    const ProgramResult died = runChild(wanted.plugin, wanted.verb);
    INFO(died.err);
    CHECK(died.signal == wanted.signal);
    CHECK(died.exitCode == wanted.exitCode);
    CHECK(died.out == wanted.reached);

    const ProgramResult good = runChild("good", wanted.verb);
    INFO(good.err);
    CHECK(good.exitCode == 0);
}
