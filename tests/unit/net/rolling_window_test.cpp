#include "host/net/rolling_window.h"

#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <random>
#include <vector>

using namespace std::chrono_literals;
using psa::clock::Clock;
using psa::net::RollingWindow;
using psa::test::ManualClock;

TEST_CASE("a request counts for the length of the window and at most a sixtieth longer", "[budget]")
{
    ManualClock clock;
    RollingWindow window(60s);
    window.spend(clock.now());
    CHECK(window.used(clock.now()) == 1);
    clock.advance(60s);
    CHECK(window.used(clock.now()) == 1);
    CHECK(window.freeIn(clock.now(), 1) <= 1s);
    clock.advance(1s);
    CHECK(window.used(clock.now()) == 0);
}

TEST_CASE("the time until a slot is free is that of the request that has to leave the window", "[budget]")
{
    ManualClock clock;
    RollingWindow window(60s);
    window.spend(clock.now());
    clock.advance(10s);
    window.spend(clock.now());
    window.spend(clock.now());
    CHECK(window.freeIn(clock.now(), 4) == 0s);
    CHECK(window.freeIn(clock.now(), 3) == 51s);
    CHECK(window.freeIn(clock.now(), 2) == 61s);
    clock.advance(51s);
    CHECK(window.freeIn(clock.now(), 3) == 0s);
}

TEST_CASE("a request that was never made is taken back", "[budget]")
{
    ManualClock clock;
    RollingWindow window(60s);
    const auto first = window.spend(clock.now());
    clock.advance(30s);
    const auto second = window.spend(clock.now());
    window.refund(second);
    CHECK(window.used(clock.now()) == 1);
    clock.advance(31s);
    CHECK(window.used(clock.now()) == 0);
    window.refund(first); // long gone: takes no quota from anybody
    window.spend(clock.now());
    CHECK(window.used(clock.now()) == 1);
}

TEST_CASE("restored requests count in their own time, never longer than if they were made now", "[budget]")
{
    ManualClock clock;
    RollingWindow window(60s);
    window.spend(clock.now());
    window.restore({clock.now() - 61s, 5}, clock.now());
    window.restore({clock.now() - 30s, 2}, clock.now());
    window.restore({clock.now() + 24h, 3}, clock.now());
    CHECK(window.used(clock.now()) == 6);
    clock.advance(30s);
    CHECK(window.used(clock.now()) == 4);
    clock.advance(31s);
    CHECK(window.used(clock.now()) == 0);
}

TEST_CASE("no window, wherever it begins, has more requests than the maximum", "[budget]")
{
    const unsigned seed = GENERATE(range(0u, 40u));
    CAPTURE(seed);
    std::mt19937 random(seed);
    ManualClock clock;
    const std::chrono::seconds length(1 + random() % 100);
    const std::size_t max = 1 + random() % 50;
    const auto maxStep =
        static_cast<unsigned>(1 + random() % (2000 * static_cast<std::size_t>(length.count()) / max + 1));
    RollingWindow window(length);
    std::vector<Clock::Steady> made;
    std::vector<Clock::Steady> tokens;
    for (int step = 0; step < 3000; ++step)
    {
        clock.advance(std::chrono::milliseconds(random() % maxStep));
        if (window.used(clock.now()) >= max)
        {
            CHECK(window.freeIn(clock.now(), max) > 0s);
            // When it reports that it is free, it is.
            if (random() % 4 == 0)
                clock.advance(std::chrono::ceil<std::chrono::milliseconds>(window.freeIn(clock.now(), max)));
            else
                continue;
        }
        REQUIRE(window.used(clock.now()) < max);
        tokens.push_back(window.spend(clock.now()));
        made.push_back(clock.now());
        if (random() % 10 == 0)
        {
            window.refund(tokens.back());
            made.pop_back();
        }
    }
    REQUIRE(made.size() > max);
    for (std::size_t first = 0; first + max < made.size(); ++first)
        REQUIRE(made[first + max] - made[first] > length);
    CHECK(window.buckets().size() <= 62);
}
