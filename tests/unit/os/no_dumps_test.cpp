#include "host/os/no_dumps.h"

#include <catch2/catch.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

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
