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

TEST_CASE("a plugin that crashes over different tickets pauses the connection until a probe passes", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.crashed(1, "SIGSEGV in create_ticket", at(1s));
    CHECK(breaker.state() == Pause::none);
    breaker.crashed(2, "SIGABRT in create_ticket", at(3s));
    CHECK(breaker.state() == Pause::plugin);
    CHECK(breaker.reason() == "SIGABRT in create_ticket");
    CHECK(breaker.since() == wall + 3s);
    CHECK(breaker.probeAt() == start + 3s + 15s);
    breaker.probeFailed("SIGABRT in find_ticket", start + 18s);
    CHECK(breaker.probeAt() == start + 18s + 30s);
    breaker.probePassed();
    CHECK(breaker.state() == Pause::none);
    // The next ticket shows that it was not over: later probes.
    breaker.crashed(3, "SIGSEGV in create_ticket", at(51s));
    CHECK(breaker.state() == Pause::plugin);
    CHECK(breaker.probeAt() == start + 51s + 60s);
}

TEST_CASE("a single ticket that crashes its plugin never pauses the connection", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    for (int second = 0; second < 20; second += 2)
        breaker.crashed(1, "SIGSEGV", at(std::chrono::seconds(second)));
    CHECK(breaker.state() == Pause::none);
}

TEST_CASE("a success between two crashes shows that the plugin works", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    breaker.crashed(1, "SIGSEGV", at(1s));
    breaker.succeeded();
    breaker.crashed(2, "SIGSEGV", at(3s));
    CHECK(breaker.state() == Pause::none);
    breaker.crashed(3, "SIGSEGV", at(5s));
    CHECK(breaker.state() == Pause::plugin);
}

TEST_CASE("rejected credentials are not hidden by a pause that ends automatically", "[breaker]")
{
    for (const Pause other : {Pause::permission, Pause::transport, Pause::plugin})
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

TEST_CASE("only a pause that would not be detected again soon is stored", "[breaker]")
{
    for (const Pause pause : psa::delivery::allPauses)
    {
        Breaker breaker{DeliveryPolicy{}};
        breaker.pause(pause, "the reason", at(5s));
        Breaker restored{DeliveryPolicy{}};
        restoreBreaker(restored, toDocument(breaker), start + 9s);
        const bool lasting = pause == Pause::auth || pause == Pause::permission;
        CHECK(restored.state() == (lasting ? pause : Pause::none));
        CHECK(restored.reason() == (lasting ? "the reason" : ""));
    }
}

TEST_CASE("a pause of an older psa-host that does not exist any more is not restored", "[breaker]")
{
    Breaker breaker{DeliveryPolicy{}};
    for (const char *gone : {"lost", "quarantine"})
        restoreBreaker(breaker, std::string(R"({"version":1,"pause":")") + gone + R"(","reason":"x"})", start);
    CHECK(breaker.state() == Pause::none);
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
