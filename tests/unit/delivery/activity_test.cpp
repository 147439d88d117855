// What is kept of the humans who touched a ticket.
#include "host/delivery/activity.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::ticket;

TEST_CASE("a ticket stays touched however long the account of what humans did, and it is kept only in part",
          "[activity]")
{
    std::string acts;
    for (int i = 0; i < 20; ++i)
        acts += (acts.empty() ? "" : ",") + (R"({"what":"Jane wrote )" + std::string(150, 'x') + R"("})");
    const Activity activity =
        activityFrom(R"({"version":1,"touched":"yes","by":[)" + acts + R"(],"closed":false,"watermark":"2"})");
    REQUIRE(activity.by.size() > 2000);
    TicketWatch watch = afterReading({}, activity, Clock::Wall());
    CHECK_THAT(watch.touched, Catch::StartsWith("Jane wrote"));
    CHECK(watch.touched.size() <= 2000);
    watch = afterReading(watch, activityFrom(R"({"version":1,"touched":"no","closed":false,"watermark":"3"})"), {});
    CHECK_THAT(watch.touched, Catch::StartsWith("Jane wrote"));
    CHECK(watch.watermark == "3");
}
