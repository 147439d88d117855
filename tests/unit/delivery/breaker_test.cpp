#include "host/delivery/breaker.h"

#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using psa::host::Breaker;
using psa::host::DeliveryPolicy;
using psa::host::Pause;

namespace {

const psa::host::Clock::Steady start = psa::test::ManualClock().now();

} // namespace

TEST_CASE("some failures in a row pause a connection, a success in between does not", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.failed("503", start);
    breaker.failed("503", start);
    breaker.succeeded();
    breaker.failed("503", start);
    breaker.failed("503", start);
    CHECK(breaker.state() == Pause::none);
    CHECK_FALSE(breaker.probeAt());
    breaker.failed("connection refused", start);
    CHECK(breaker.state() == Pause::transport);
    CHECK(breaker.reason() == "connection refused");
    CHECK(breaker.probeAt() == start + 15s);
}

TEST_CASE("probes come later and later, and one more failure after a probe that passed pauses again", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.pause(Pause::permission, "no permission", start);
    CHECK(breaker.probeAt() == start + 15s);
    breaker.probeFailed("still none", start + 15s);
    CHECK(breaker.probeAt() == start + 45s);
    breaker.probePassed();
    CHECK(breaker.state() == Pause::none);
    breaker.failed("503", start + 50s);
    CHECK(breaker.state() == Pause::transport);
    CHECK(breaker.probeAt() == start + 50s + 60s);
    breaker.probePassed();
    breaker.succeeded();
    breaker.failed("503", start);
    CHECK(breaker.state() == Pause::none);
}

TEST_CASE("refused credentials pause until a human has done something, whatever else happens", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.pause(Pause::auth, "wrong key", start);
    CHECK_FALSE(breaker.probeAt());
    breaker.pause(Pause::transport, "503", start);
    breaker.probePassed();
    breaker.probeFailed("503", start);
    breaker.succeeded();
    CHECK(breaker.state() == Pause::auth);
    CHECK(breaker.reason() == "wrong key");
}

TEST_CASE("a pause that ends by itself gives way to one that does not", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.pause(Pause::transport, "503", start);
    breaker.pause(Pause::auth, "wrong key", start);
    CHECK(breaker.state() == Pause::auth);
    CHECK_FALSE(breaker.probeAt());
}
