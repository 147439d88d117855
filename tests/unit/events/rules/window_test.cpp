#include "host/events/rules/window.h"
#include "host/json/json_text.h"
#include "sample.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::events::rules;
using psa::json::jsonText;
using psa::tests::instantAt;
using psa::tests::jsonObject;
using psa::tests::Sample;

namespace {

Window windowOf(const std::string &members)
{
    return Window::parse(*jsonObject(R"({"name":"Patch night",)" + members + "}"));
}

Window onceIn(const std::string &zone, const std::string &from, const std::string &to)
{
    return windowOf(R"("timeZone":")" + zone + R"(","from":")" + from + R"(","to":")" + to + '"');
}

Window weeklyIn(const std::string &zone, const std::string &days, const std::string &start, int minutes,
                const std::string &more = "")
{
    return windowOf(R"("timeZone":")" + zone + R"(","weekly":{"days":)" + days + R"(,"start":")" + start +
                    R"(","minutes":)" + std::to_string(minutes) + "}" + more);
}

std::string windowProblem(const std::string &members)
{
    try
    {
        windowOf(members);
        return "";
    }
    catch (const RuleInvalid &error)
    {
        return error.pointer() + " " + error.problem();
    }
}

/// "FROM/TO FROM/TO" in UTC.
std::string spansOf(const Window &window, const std::string &from, const std::string &to)
{
    std::string text;
    for (const Span &span : window.between(instantAt(from), instantAt(to)))
        text += (text.empty() ? "" : " ") + toText(span.from) + '/' + toText(span.to);
    return text;
}

std::string endAt(const Window &window, const std::string &now)
{
    const auto end = window.activeUntil(instantAt(now));
    return end ? toText(*end) : "";
}

} // namespace

TEST_CASE("a window without repetition is active between its times in its zone", "[rules]")
{
    const Window window = onceIn("Europe/Oslo", "2026-12-01T22:00", "2026-12-02T02:00");
    CHECK(endAt(window, "2026-12-01T20:59:59Z").empty());
    CHECK(endAt(window, "2026-12-01T21:00:00Z") == "2026-12-02T01:00:00Z");
    CHECK(endAt(window, "2026-12-02T00:59:59Z") == "2026-12-02T01:00:00Z");
    CHECK(endAt(window, "2026-12-02T01:00:00Z").empty());
    CHECK(spansOf(window, "2026-12-01T00:00:00Z", "2026-12-03T00:00:00Z") ==
          "2026-12-01T21:00:00Z/2026-12-02T01:00:00Z");
    CHECK(spansOf(window, "2026-12-02T01:00:00Z", "2026-12-03T00:00:00Z").empty());
    CHECK(spansOf(window, "2026-12-01T00:00:00Z", "2026-12-01T21:00:00Z").empty());
}

TEST_CASE("a weekly window is active on its days, also beyond midnight", "[rules]")
{
    const Window window = weeklyIn("Europe/Oslo", R"(["sat","sun"])", "23:00", 120);
    CHECK(spansOf(window, "2026-11-30T00:00:00Z", "2026-12-14T00:00:00Z") ==
          "2026-12-05T22:00:00Z/2026-12-06T00:00:00Z 2026-12-06T22:00:00Z/2026-12-07T00:00:00Z "
          "2026-12-12T22:00:00Z/2026-12-13T00:00:00Z 2026-12-13T22:00:00Z/2026-12-14T00:00:00Z");
    CHECK(endAt(window, "2026-12-06T22:00:00Z") == "2026-12-07T00:00:00Z");
    CHECK(endAt(window, "2026-12-06T21:59:59Z").empty());
    CHECK(endAt(window, "2026-12-07T22:30:00Z").empty());
}

TEST_CASE("a weekly window applies only from its first day to its last one", "[rules]")
{
    const Window window =
        weeklyIn("UTC", R"(["sun"])", "02:00", 60, R"(,"validFrom":"2026-12-06","validTo":"2026-12-13")");
    CHECK(spansOf(window, "2026-11-01T00:00:00Z", "2027-02-01T00:00:00Z") ==
          "2026-12-06T02:00:00Z/2026-12-06T03:00:00Z 2026-12-13T02:00:00Z/2026-12-13T03:00:00Z");
}

TEST_CASE("weekly spans that overlap or touch are one span, which ends with the last of them", "[rules]")
{
    const Window window = weeklyIn("UTC", R"(["mon","tue","wed","thu","fri"])", "00:00", 1440);
    CHECK(endAt(window, "2026-11-30T00:00:00Z") == "2026-12-05T00:00:00Z");
    CHECK(endAt(window, "2026-12-04T23:59:00Z") == "2026-12-05T00:00:00Z");
    CHECK(endAt(window, "2026-12-05T00:00:00Z").empty());
    CHECK(spansOf(window, "2026-12-02T00:00:00Z", "2026-12-03T00:00:00Z") ==
          "2026-11-30T00:00:00Z/2026-12-05T00:00:00Z");
    const Window almost = weeklyIn("UTC", R"(["mon"])", "00:00", 10079);
    CHECK(endAt(almost, "2026-12-06T23:58:00Z") == "2026-12-06T23:59:00Z");
    CHECK(endAt(almost, "2026-12-06T23:59:30Z").empty());
}

TEST_CASE("a window in the hour that a change of the clocks skips starts with the change", "[rules]")
{
    // Oslo, 29 March 2026: from 02:00 to 03:00 at 01:00 UTC.
    CHECK(spansOf(weeklyIn("Europe/Oslo", R"(["sun"])", "02:30", 60), "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z") ==
          "2026-03-29T01:00:00Z/2026-03-29T02:00:00Z");
    CHECK(spansOf(onceIn("Europe/Oslo", "2026-03-29T02:30", "2026-03-29T04:00"), "2026-03-28T00:00:00Z",
                  "2026-03-30T00:00:00Z") == "2026-03-29T01:00:00Z/2026-03-29T02:00:00Z");
    // All of it is skipped: it runs for as long as it was meant to.
    CHECK(spansOf(onceIn("Europe/Oslo", "2026-03-29T02:10", "2026-03-29T02:40"), "2026-03-28T00:00:00Z",
                  "2026-03-30T00:00:00Z") == "2026-03-29T01:00:00Z/2026-03-29T01:30:00Z");
    // New York, 8 March 2026, at 07:00 UTC.
    CHECK(spansOf(weeklyIn("America/New_York", R"(["sun"])", "02:00", 30), "2026-03-07T00:00:00Z",
                  "2026-03-09T00:00:00Z") == "2026-03-08T07:00:00Z/2026-03-08T07:30:00Z");
    // Lord Howe, 4 October 2026: from 02:00 to 02:30 on 3 October at 15:30 UTC.
    CHECK(spansOf(weeklyIn("Australia/Lord_Howe", R"(["sun"])", "02:15", 60), "2026-10-03T00:00:00Z",
                  "2026-10-05T00:00:00Z") == "2026-10-03T15:30:00Z/2026-10-03T16:30:00Z");
}

TEST_CASE("a window in the hour that clocks show twice runs once, from the first", "[rules]")
{
    // Oslo, 25 October 2026: from 03:00 to 02:00 at 01:00 UTC.
    CHECK(spansOf(weeklyIn("Europe/Oslo", R"(["sun"])", "02:30", 20), "2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z") ==
          "2026-10-25T00:30:00Z/2026-10-25T00:50:00Z");
    CHECK(spansOf(onceIn("Europe/Oslo", "2026-10-25T02:10", "2026-10-25T02:40"), "2026-10-24T00:00:00Z",
                  "2026-10-26T00:00:00Z") == "2026-10-25T00:10:00Z/2026-10-25T00:40:00Z");
    CHECK(spansOf(onceIn("Europe/Oslo", "2026-10-25T02:30", "2026-10-25T03:00"), "2026-10-24T00:00:00Z",
                  "2026-10-26T00:00:00Z") == "2026-10-25T00:30:00Z/2026-10-25T02:00:00Z");
    // New York, 1 November 2026, at 06:00 UTC.
    CHECK(spansOf(weeklyIn("America/New_York", R"(["sun"])", "01:15", 30), "2026-10-31T00:00:00Z",
                  "2026-11-02T00:00:00Z") == "2026-11-01T05:15:00Z/2026-11-01T05:45:00Z");
    // Lord Howe, 5 April 2026: from 02:00 to 01:30 on 4 April at 15:00 UTC.
    CHECK(spansOf(weeklyIn("Australia/Lord_Howe", R"(["sun"])", "01:45", 30), "2026-04-04T00:00:00Z",
                  "2026-04-06T00:00:00Z") == "2026-04-04T14:45:00Z/2026-04-04T15:15:00Z");
}

TEST_CASE("a window suppresses problems within its scope, and never a recovery", "[rules]")
{
    const Window window = windowOf(R"("timeZone":"UTC","from":"2026-12-01T22:00","to":"2026-12-02T02:00",
        "conditions":{"all":["device=bw-fs-01"]})");
    Sample sample;
    sample.facts.now = instantAt("2026-12-01T23:00:00Z");
    CHECK(window.covers(sample.facts));
    sample.event.kind = EventKind::recovery;
    CHECK_FALSE(window.covers(sample.facts));
    sample.event.kind = EventKind::update;
    CHECK(window.covers(sample.facts));
    sample.event.device.name = "other";
    CHECK_FALSE(window.covers(sample.facts));
    sample.event.device.name = "bw-fs-01";
    sample.facts.now = instantAt("2026-12-02T02:00:00Z");
    CHECK_FALSE(window.covers(sample.facts));
}

TEST_CASE("a weekly window covers an event whenever its calendar says that it is active", "[rules]")
{
    const Window window = weeklyIn("Australia/Lord_Howe", R"(["sat","sun"])", "01:40", 3000);
    Sample sample;
    const Instant first = instantAt("2026-03-28T00:00:00Z");
    for (int i = 0; i < 16 * 24 * 4; ++i)
    {
        sample.facts.now = first + i * std::chrono::minutes(15);
        if (window.covers(sample.facts) != window.activeUntil(sample.facts.now).has_value())
            FAIL(toText(sample.facts.now));
    }
}

TEST_CASE("a window that never ends, or hardly, is refused", "[rules]")
{
    CHECK(windowProblem(R"("timeZone":"UTC","from":"2026-12-01T22:00")") ==
          "/to is missing: a window that never ends would hide every later problem");
    CHECK(windowProblem(R"("timeZone":"UTC","from":"2026-12-01T22:00","to":null)") ==
          "/to is missing: a window that never ends would hide every later problem");
    CHECK_THAT(windowProblem(R"("timeZone":"UTC","from":"2026-12-01T22:00","to":"2100-01-01T00:00")"),
               Catch::StartsWith("/to is more than 366 days after \"from\""));
    CHECK(windowProblem(R"("timeZone":"UTC","from":"2026-12-01T22:00","to":"2026-12-01T22:00")") ==
          "/to is not after \"from\"");
    for (const char *weekly : {R"({"days":["mon","tue","wed","thu","fri","sat","sun"],"start":"00:00","minutes":1440})",
                               R"({"days":["mon"],"start":"12:00","minutes":10080})",
                               R"({"days":["mon","thu"],"start":"12:00","minutes":5760})"})
        CHECK(windowProblem(std::string(R"("timeZone":"UTC","weekly":)") + weekly) ==
              "/weekly/minutes makes a window that never ends: each one lasts until the next one begins");
    CHECK_THAT(windowProblem(R"("timeZone":"UTC","weekly":{"days":["mon"],"start":"12:00","minutes":10081})"),
               Catch::StartsWith("/weekly/minutes is not from 1 to 10080"));
}

TEST_CASE("what is wrong with a window is said with its place", "[rules]")
{
    CHECK_THAT(windowProblem(R"("timeZone":"Europe/Olso","from":"2026-12-01T22:00","to":"2026-12-02T22:00")"),
               Catch::StartsWith("/timeZone is not a time zone such as Europe/Oslo or UTC.") &&
                   Catch::Contains("Similar: \"Europe/Oslo\""));
    CHECK_THAT(windowProblem(R"("timeZone":"oslo","from":"2026-12-01T22:00","to":"2026-12-02T22:00")"),
               Catch::Contains("Similar: \"Europe/Oslo\""));
    CHECK(windowProblem(R"("from":"2026-12-01T22:00","to":"2026-12-02T22:00")") == "/timeZone is missing");
    for (const char *bad : {"2026-12-01", "2026-12-01T24:00", "2026-02-30T10:00", "2026-12-01T22:00Z",
                            "2026-12-01 22:00", "2026-13-01T22:00", "1999-12-01T22:00", "2026-12-01T22:00+01:00"})
        CHECK_THAT(windowProblem(std::string(R"("timeZone":"UTC","to":"2026-12-02T22:00","from":")") + bad + '"'),
                   Catch::StartsWith(std::string("/from is \"") + bad + "\", not a date and time such as"));
    CHECK(windowProblem(R"("timeZone":"UTC","weekly":{"days":["mon"],"start":"12:00"})") ==
          "/weekly/minutes is missing");
    CHECK_THAT(
        windowProblem(
            R"("timeZone":"UTC","from":"2026-12-01T22:00","weekly":{"days":["mon"],"start":"12:00","minutes":1})"),
        Catch::StartsWith("/from is not possible together with \"weekly\""));
    CHECK_THAT(windowProblem(R"("timeZone":"UTC")"), Catch::StartsWith("/from is missing"));
    CHECK_THAT(windowProblem(R"("timeZone":"UTC","form":"x")"),
               Catch::StartsWith("/form is not a known member. Similar: \"from\""));
    CHECK_THAT(windowProblem(R"("timeZone":"UTC","validFrom":"2027-01-02","validTo":"2027-01-01",
                                "weekly":{"days":["mon"],"start":"12:00","minutes":5})"),
               Catch::StartsWith("/validTo is before"));
}

TEST_CASE("a window without conditions is allowed and said to suppress everything", "[rules]")
{
    CHECK_THAT(onceIn("UTC", "2026-12-01T22:00", "2026-12-02T02:00").warnings().at(0),
               Catch::Contains("no conditions"));
    CHECK(windowOf(R"("timeZone":"UTC","from":"2026-12-01T22:00","to":"2026-12-02T02:00","conditions":{"all":["a=1"]})")
              .warnings()
              .empty());
}

TEST_CASE("a normalized window reads back as itself", "[rules]")
{
    for (const Window &window :
         {onceIn("Europe/Oslo", "2026-12-01T22:00:30", "2026-12-02T02:00"),
          weeklyIn("UTC", R"(["sun","mon"])", "02:00", 60),
          weeklyIn("UTC", R"(["sun"])", "02:00", 60, R"(,"validFrom":"2026-12-06","validTo":"2026-12-13")")})
        CHECK(jsonText(Window::parse(*window.toJson()).toJson()) == jsonText(window.toJson()));
    CHECK(jsonText(weeklyIn("UTC", R"(["sun","mon"])", "02:00", 60, R"(,"validTo":null)").toJson()) ==
          R"({"conditions":{},"description":"","name":"Patch night","timeZone":"UTC",)"
          R"("weekly":{"days":["mon","sun"],"minutes":60,"start":"02:00"}})");
}
