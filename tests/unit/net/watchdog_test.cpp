#include "host/net/watchdog.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace psa::clock;
using namespace psa::net;

namespace {

/// Two connected sockets.
struct Pair
{
    std::array<int, 2> ends{-1, -1};
    Pair() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0); }
    ~Pair()
    {
        close(ends[0]);
        close(ends[1]);
    }
    Pair(const Pair &) = delete;
    Pair &operator=(const Pair &) = delete;
};

} // namespace

TEST_CASE("a socket that is closed while it is watched does not take down another one that gets its number")
{
    Watchdog watchdog;
    std::array<int, 2> watched{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, watched.data()) == 0);
    const auto guard =
        watchdog.watch(watched[0], {RunningClock::now() + std::chrono::milliseconds(200), [] { return false; }});
    close(watched[0]);
    const Pair other;
    REQUIRE(other.ends[0] == watched[0]); // the number is used again
    char byte = 0;
    CHECK(read(watched[1], &byte, 1) == 0); // it returns when the watched socket is shut down
    CHECK(guard->fired() == Watchdog::Fired::deadline);
    CHECK(write(other.ends[1], "x", 1) == 1);
    CHECK(read(other.ends[0], &byte, 1) == 1);
    close(watched[1]);
}
