#include "host/events/instants.h"

#include <catch2/catch.hpp>

using namespace psa::events;

namespace {

std::string readTime(const std::string &text, const std::string &zone = "")
{
    const auto instant = instantFrom(text, zone);
    return instant ? toText(*instant) : "none";
}

std::string readUnixTime(double value)
{
    const auto instant = instantFromUnix(value);
    return instant ? toText(*instant) : "none";
}

} // namespace

TEST_CASE("Times of RFC 3339 are read as senders write them, cut to microseconds", "[events]")
{
    CHECK(readTime("2026-11-30T02:10:41.337Z") == "2026-11-30T02:10:41.337Z");
    CHECK(readTime("2026-11-30T03:10:41.123456789+01:00") == "2026-11-30T02:10:41.123456Z");
    CHECK(readTime("2026-11-30T03:10:41+0100") == "2026-11-30T02:10:41Z");
    CHECK(readTime("2026-11-30T03:10:41-05") == "2026-11-30T08:10:41Z");
    CHECK(readTime("2026-11-30 09:12:44.120331+00:00") == "2026-11-30T09:12:44.120331Z");
    CHECK(readTime("2026-11-30t09:12:44.9967500z") == "2026-11-30T09:12:44.99675Z");
    CHECK(readTime("2026-12-31T23:59:60Z") == "2027-01-01T00:00:00Z");
}

TEST_CASE("Zero time is no time, and neither is one that does not exist", "[events]")
{
    for (const char *text : {"0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                             "2026-02-30T10:00:00Z", "2026-11-30T25:00:00Z", "2026-11-30T10:00:00+99:00", "yesterday",
                             "", "N/A", "2026-11-30T10:00:00Zjunk", "123", "0"})
        CHECK(readTime(text, "Europe/Oslo") == "none");
}

TEST_CASE("Unix time is told apart by its size, also as a text", "[events]")
{
    CHECK(readUnixTime(1796032800) == "2026-11-30T10:00:00Z");
    CHECK(readUnixTime(1796034675.556) == "2026-11-30T10:31:15.556Z");
    CHECK(readUnixTime(1796034675556) == "2026-11-30T10:31:15.556Z");
    CHECK(readUnixTime(1796034675556123) == "2026-11-30T10:31:15.556123Z");
    CHECK(readTime("1796032800") == "2026-11-30T10:00:00Z");
    CHECK(readTime(" 1796034675.120 ") == "2026-11-30T10:31:15.12Z");
    CHECK(readTime("1796034675556123") == "2026-11-30T10:31:15.556123Z");
    CHECK(readTime("1796034675556123456") == "2026-11-30T10:31:15.556123Z");
    CHECK(readUnixTime(0) == "none");
    CHECK(readUnixTime(-5) == "none");
    CHECK(readUnixTime(1e300) == "none");
    CHECK(readTime("17960346755561234567890") == "none");
}

TEST_CASE("Local times are read in the time zone of the source", "[events]")
{
    for (const char *text :
         {"2026-11-30 10:15:42", "2026.11.30 10:15:42", "2026/11/30 10:15:42", "30.11.2026 10:15:42",
          "11/30/2026 10:15:42 AM", "11/30/2026 10:15:42", "30/11/2026 10:15:42", "30-11-2026 10:15:42",
          "2026-11-30T10:15:42", "2026-11-30 10:15:42 (W. Europe Standard Time)"})
    {
        CAPTURE(text);
        CHECK(readTime(text, "Europe/Oslo") == "2026-11-30T09:15:42Z");
        CHECK(readTime(text) == "none");
    }
    CHECK(readTime("1/2/2026 9:05:03 PM", "America/New_York") == "2026-01-03T02:05:03Z");
    CHECK(readTime("11/30/2026 12:00:01 am", "Europe/Oslo") == "2026-11-29T23:00:01Z");
    CHECK(readTime("2026-11-30 09:31:07.412", "UTC") == "2026-11-30T09:31:07.412Z");
    CHECK(readTime("30.11.2026 10:15", "Europe/Oslo") == "2026-11-30T09:15:00Z");
    CHECK(readTime("13/13/2026 10:15", "Europe/Oslo") == "none");
    CHECK(readTime("2026-11-30", "Europe/Oslo") == "none");
}

TEST_CASE("A zone written behind a time counts more than that of the source", "[events]")
{
    CHECK(readTime("2026-11-30 10:15:42 UTC", "Europe/Oslo") == "2026-11-30T10:15:42Z");
    CHECK(readTime("2026-11-30 10:15:42 +0530", "Europe/Oslo") == "2026-11-30T04:45:42Z");
    CHECK(readTime("30.11.2026 10:15:42 GMT") == "2026-11-30T10:15:42Z");
}

TEST_CASE("A time in the hour that summer time repeats is the first, and one that it skips is its beginning",
          "[events]")
{
    CHECK(readTime("2026-10-25 02:30:00", "Europe/Oslo") == "2026-10-25T00:30:00Z");
    CHECK(readTime("2026-10-25 03:00:00", "Europe/Oslo") == "2026-10-25T02:00:00Z");
    CHECK(readTime("2026-03-29 02:30:00", "Europe/Oslo") == "2026-03-29T01:00:00Z");
    CHECK(readTime("2026-03-29 03:00:00", "Europe/Oslo") == "2026-03-29T01:00:00Z");
}

TEST_CASE("A time can be read in a format of the reader's own", "[events]")
{
    const auto read = [](const char *text, const char *format) {
        const auto instant = instantFrom(text, format, "Europe/Oslo");
        return instant ? toText(*instant) : "none";
    };
    CHECK(read("03/04/2026 10:15:42", "%d/%m/%Y %H:%M:%S") == "2026-04-03T08:15:42Z");
    CHECK(read("November 30, 2026 10:15 AM", "%B %d, %Y %I:%M %p") == "2026-11-30T09:15:00Z");
    CHECK(read("30 Nov 2026 10:15:42 +0000", "%d %b %Y %H:%M:%S %z") == "2026-11-30T10:15:42Z");
    CHECK(read("30.11.2026", "%d/%m/%Y") == "none");
    CHECK(read("30.11.2026 10:15:42 and more", "%d.%m.%Y %H:%M:%S") == "none");
    CHECK(read("", "") == "none");
    CHECK(read("99999999999999999999.11.2026 10:15:42", "%20d.%m.%Y %H:%M:%S") == "none");
}

TEST_CASE("Names of time zones are those of the system", "[events]")
{
    CHECK(isTimeZone("Europe/Oslo"));
    CHECK(isTimeZone("UTC"));
    CHECK_FALSE(isTimeZone("Europe/Olso"));
    CHECK_FALSE(isTimeZone(""));
    CHECK_FALSE(isTimeZone("../../etc/passwd"));
}
