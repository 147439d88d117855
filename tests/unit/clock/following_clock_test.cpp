// The clock of hosts that share a database.
#include "host/clock/following_clock.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace std::chrono_literals;

namespace {

bool near(Clock::Wall one, Clock::Wall other)
{
    return std::chrono::abs(one - other) < 10s;
}

} // namespace

TEST_CASE("dates are the machine's own until another clock was asked", "[clock]")
{
    const FollowingClock clock;
    CHECK(near(clock.wallNow(), SystemClock().wallNow()));
}

TEST_CASE("a host whose clock is an hour off follows the database", "[clock]")
{
    FollowingClock clock;
    const auto asked = clock.booted();
    const auto there = SystemClock().wallNow() + 1h;
    clock.follow(there, asked, asked + 20ms);
    CHECK(near(clock.wallNow(), there));
    CHECK(near(Clock::Wall(clock.moment().wall), there));
}

TEST_CASE("an answer that took long does not set the clock", "[clock]")
{
    FollowingClock clock;
    const auto asked = clock.booted();
    clock.follow(SystemClock().wallNow() + 1h, asked, asked + 1001ms);
    CHECK(near(clock.wallNow(), SystemClock().wallNow()));
}
