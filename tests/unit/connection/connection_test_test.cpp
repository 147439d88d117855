// What is stored of the last test of a connection.
#include "host/connection/login.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::connection;
using namespace psa::plugin;

TEST_CASE("the result of a test survives a restart, and an unreadable one counts as no test", "[connection]")
{
    const Clock::Wall time{std::chrono::milliseconds(1795000000123)};
    const auto passed = testFrom(toDocument(testOf(CallOutcome(), time))).value();
    CHECK(passed.passed());
    CHECK(passed.time == time);
    const auto failed = testFrom(toDocument(testOf(psa::plugin::failed(PSA_AUTH, "Wrong secret.", "Paste it."), time)));
    CHECK_FALSE(failed->passed());
    CHECK(failed->failure == "Wrong secret.");
    CHECK(failed->hint == "Paste it.");
    CHECK(failed->status == PSA_AUTH);
    // a failure without a message is a failure
    CHECK_FALSE(testOf(psa::plugin::failed(PSA_TIMEOUT, "", ""), time).passed());
    for (const char *damaged : {"", "{", "[]", "{}", R"({"version":1,"unixMs":"x"})", R"({"unixMs":1,"failure":"x"})"})
        CHECK_FALSE(testFrom(damaged));
}
