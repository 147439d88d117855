// A plugin's remaining time is given on the clock of psa.clock/1.
#include "host/plugin/call_state.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using std::chrono::milliseconds;

TEST_CASE("the remaining time follows the clock of the call")
{
    const auto clock = std::make_shared<psa::test::ManualClock>();
    CallContext context;
    context.clock = clock;
    const CallState call("test", clock->running() + milliseconds(1500), {}, context);
    CHECK(call.remainingMs() == 1500);
    clock->advance(milliseconds(1000));
    CHECK(call.remainingMs() == 500);
    clock->advance(milliseconds(600));
    CHECK(call.remainingMs() == -100);
}
