#include "host/delivery/breaker.h"

#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using psa::delivery::Breaker;
using psa::delivery::DeliveryPolicy;
using psa::delivery::Pause;

namespace {

const psa::clock::Clock::Steady start = psa::test::ManualClock().now();
const psa::clock::Clock::Wall wall = psa::test::ManualClock().wallNow();

/// This long after the start.
psa::clock::Clock::Moment at(std::chrono::seconds later = 0s)
{
    return {start + later, wall + later};
}

} // namespace

TEST_CASE("several consecutive failures pause a connection, but not with a success in between", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.failed("503", at());
    breaker.failed("503", at());
    breaker.succeeded();
    breaker.failed("503", at());
    breaker.failed("503", at());
    CHECK(breaker.state() == Pause::none);
    CHECK_FALSE(breaker.probeAt());
    breaker.failed("connection refused", at());
    CHECK(breaker.state() == Pause::transport);
    CHECK(breaker.reason() == "connection refused");
    CHECK(breaker.probeAt() == start + 15s);
}

TEST_CASE("probes come later and later, and one more failure after a probe that passed pauses again", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.pause(Pause::permission, "no permission", at());
    CHECK(breaker.probeAt() == start + 15s);
    breaker.probeFailed("still none", start + 15s);
    CHECK(breaker.probeAt() == start + 45s);
    breaker.probePassed();
    CHECK(breaker.state() == Pause::none);
    breaker.failed("503", at(50s));
    CHECK(breaker.state() == Pause::transport);
    CHECK(breaker.probeAt() == start + 50s + 60s);
    breaker.probePassed();
    breaker.succeeded();
    breaker.failed("503", at());
    CHECK(breaker.state() == Pause::none);
}

TEST_CASE("rejected credentials pause until a human acts, whatever else happens", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.pause(Pause::auth, "wrong key", at());
    CHECK_FALSE(breaker.probeAt());
    breaker.pause(Pause::transport, "503", at());
    breaker.probePassed();
    breaker.probeFailed("503", start);
    breaker.succeeded();
    CHECK(breaker.state() == Pause::auth);
    CHECK(breaker.reason() == "wrong key");
}

TEST_CASE("a pause that ends automatically is replaced by one that does not", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.pause(Pause::transport, "503", at());
    breaker.pause(Pause::auth, "wrong key", at());
    CHECK(breaker.state() == Pause::auth);
    CHECK_FALSE(breaker.probeAt());
}

TEST_CASE("rejected credentials are not hidden by a pause that a restart or a release ends", "[breaker]")
{
    for (const Pause other : {Pause::lost, Pause::quarantine})
    {
        Breaker breaker{DeliveryPolicy{}};
        breaker.pause(other, "other", at());
        breaker.pause(Pause::auth, "wrong key", at(5s));
        CHECK(breaker.state() == Pause::auth);
        CHECK(breaker.since() == wall + 5s);
        breaker.pause(other, "other", at(7s));
        CHECK(breaker.state() == Pause::auth);
    }
}

TEST_CASE("a pause knows when it began, even after its reason has changed", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    CHECK_FALSE(breaker.since());
    for (int second = 1; second <= 4; ++second)
        breaker.failed("503", at(std::chrono::seconds(second)));
    CHECK(breaker.since() == wall + 3s);
    breaker.probeFailed("504", start + 20s);
    CHECK(breaker.since() == wall + 3s);
    breaker.probePassed();
    CHECK_FALSE(breaker.since());
}
