#include "host/plugin/worker.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

TEST_CASE("a plugin that sets SIGPIPE back does not make a broken connection the end of the process")
{
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    close(ends[0]);
    int error = 0;
    psa::host::Worker worker;
    const bool done = worker.run(
        [&error, end = ends[1]] {
            const auto before = std::signal(SIGPIPE, SIG_DFL);
            error = write(end, "x", 1) < 0 ? errno : 0;
            std::signal(SIGPIPE, before);
        },
        std::chrono::steady_clock::now() + std::chrono::seconds(20));
    CHECK(done);
    CHECK(error == EPIPE);
    close(ends[1]);
}
