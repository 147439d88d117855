#include "host/os/memory_file.h"
#include "host/os/process.h"

#include <catch2/catch.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

using namespace psa::os;

namespace {

struct Ran
{
    ChildEnd end;
    std::string output;
};

/// Runs a shell script with a file for its output.
Ran run(const std::string &script, std::chrono::milliseconds limit = std::chrono::minutes(5))
{
    const MemoryFile output;
    const ChildEnd end = runChild("/bin/sh", {"-c", script}, {{output.fd(), 1}}, limit);
    return {end, output.tail()};
}

} // namespace

TEST_CASE("a child's end is reported: on its own, by a signal, at its limit")
{
    const Ran exited = run("printf hello; exit 7");
    CHECK(exited.end.exitCode == 7);
    CHECK(exited.end.signal == 0);
    CHECK(!exited.end.timedOut);
    CHECK(exited.output == "hello");

    const Ran killed = run("kill -ABRT $$");
    CHECK(killed.end.exitCode == -1);
    CHECK(killed.end.signal == SIGABRT);

    const Ran hung = run("exec sleep 1000", std::chrono::milliseconds(1));
    CHECK(hung.end.timedOut);
    CHECK(hung.end.signal == SIGKILL);
}

namespace {

/// True if the process runs. One that has ended counts as gone, whether or not it was reaped.
bool isRunning(const std::string &process)
{
    std::ifstream file("/proc/" + process + "/stat");
    std::string text;
    std::getline(file, text, ')');
    file >> text;
    return file && text != "Z";
}

} // namespace

TEST_CASE("processes that a child started in its group end with it")
{
    const Ran left = run("sleep 1000 & printf $!");
    REQUIRE(!left.output.empty());
    while (isRunning(left.output)) // the signal is being delivered
        std::this_thread::yield();
}

TEST_CASE("a child gets the files that it is given and no others")
{
    const MemoryFile three;
    const MemoryFile four;
    const MemoryFile output;
    // Our descriptors may have any number, also one that the child gets for another file.
    runChild("/bin/sh", {"-c", "echo three >&3; echo four >&4; ls /proc/self/fd"},
             {{four.fd(), 4}, {three.fd(), 3}, {output.fd(), 1}}, std::chrono::minutes(5));
    CHECK(three.tail() == "three\n");
    CHECK(four.tail() == "four\n");
    CHECK(output.tail() == "0\n1\n2\n3\n4\n5\n"); // 5 is the folder that ls reads
}

TEST_CASE("a missing program is an error that names it")
{
    CHECK_THROWS_WITH(runChild("/nowhere/program", {}, {}, std::chrono::seconds(1)),
                      Catch::Contains("/nowhere/program"));
}

TEST_CASE("a process that forbids dumps leaves no core and cannot allow them again")
{
    const pid_t child = fork();
    if (child == 0)
    {
        rlimit limit{};
        getrlimit(RLIMIT_CORE, &limit);
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_CORE, &limit);
        psa::os::forbidDumps();
        getrlimit(RLIMIT_CORE, &limit);
        if (prctl(PR_GET_DUMPABLE) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0)
            _exit(1);
        std::signal(SIGABRT, SIG_DFL);
        raise(SIGABRT);
        _exit(2);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGABRT);
    CHECK_FALSE(WCOREDUMP(status));
}
