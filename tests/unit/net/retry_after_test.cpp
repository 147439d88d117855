#include "host/net/retry_after.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using psa::clock::Clock;
using psa::net::parseRetryAfter;

namespace {

const Clock::Wall newYear2026{std::chrono::seconds(1767225600)};

} // namespace

TEST_CASE("Retry-After in seconds", "[retry-after]")
{
    CHECK(parseRetryAfter("0", newYear2026) == 0ms);
    CHECK(parseRetryAfter("120", newYear2026) == 120s);
    CHECK(parseRetryAfter("007", newYear2026) == 7s);
    CHECK(parseRetryAfter(" \t30 ", newYear2026) == 30s);
    CHECK(parseRetryAfter("86400", newYear2026) == 24h);
}

TEST_CASE("a Retry-After above a day is reduced to a day, however long the number", "[retry-after]")
{
    CHECK(parseRetryAfter("86401", newYear2026) == 24h);
    CHECK(parseRetryAfter("18446744073709551617", newYear2026) == 24h);
    CHECK(parseRetryAfter(std::string(5000, '9'), newYear2026) == 24h);
    CHECK(parseRetryAfter("Fri, 31 Dec 9999 23:59:59 GMT", newYear2026) == 24h);
}

TEST_CASE("Retry-After as a date in each of its three forms", "[retry-after]")
{
    CHECK(parseRetryAfter("Thu, 01 Jan 2026 00:01:30 GMT", newYear2026) == 90s);
    CHECK(parseRetryAfter("Thursday, 01-Jan-26 00:01:30 GMT", newYear2026) == 90s);
    CHECK(parseRetryAfter("Thu Jan  1 00:01:30 2026", newYear2026) == 90s);
    CHECK(parseRetryAfter("Thu Jan 01 00:01:30 2026", newYear2026) == 90s);
    CHECK(parseRetryAfter(" Thu, 01 Jan 2026 00:01:30 GMT ", newYear2026 + 500ms) == 89500ms);
}

TEST_CASE("a Retry-After date in the past is not a wait", "[retry-after]")
{
    CHECK(parseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", newYear2026) == 0ms);
    CHECK(parseRetryAfter("Sunday, 06-Nov-94 08:49:37 GMT", newYear2026) == 0ms);
    CHECK(parseRetryAfter("Sun Nov  6 08:49:37 1994", newYear2026) == 0ms);
    CHECK(parseRetryAfter("Mon, 01 Jan 1900 00:00:00 GMT", newYear2026) == 0ms);
}

TEST_CASE("a two-digit year is the nearest one to now", "[retry-after]")
{
    const Clock::Wall lastSecondOf2099{std::chrono::seconds(4102444799)};
    CHECK(parseRetryAfter("Friday, 01-Jan-00 00:00:09 GMT", lastSecondOf2099) == 10s);
    CHECK(parseRetryAfter("Friday, 31-Dec-76 00:00:00 GMT", newYear2026) == 24h);
    CHECK(parseRetryAfter("Friday, 01-Jan-77 00:00:00 GMT", newYear2026) == 0ms);
}

TEST_CASE("leap years and leap seconds count in a Retry-After date", "[retry-after]")
{
    const Clock::Wall leapDay2028{std::chrono::seconds(1835395200)};
    CHECK(parseRetryAfter("Tue, 29 Feb 2028 00:00:05 GMT", leapDay2028) == 5s);
    CHECK(parseRetryAfter("Thu, 01 Jan 2026 00:00:60 GMT", newYear2026) == 60s);
    CHECK_FALSE(parseRetryAfter("Sun, 29 Feb 2026 00:00:00 GMT", newYear2026));
}

TEST_CASE("a Retry-After date in a slightly wrong form is still waited for", "[retry-after]")
{
    const std::string text =
        GENERATE("thu, 01 Jan 2026 00:01:30 GMT", "Thu, 1 Jan 2026 00:01:30 GMT", "Thu, 01 Jan 2026 00:01:30",
                 "Thu, 01 Jan 2026 00:01:30 UTC", "Thursday, 01-Jan-2026 00:01:30 GMT", "Thu, 01-Jan-26 00:01:30 GMT",
                 "Thu Jan 1 00:01:30 2026", "Wed, 31 Dec 2025 19:01:30 EST");
    CAPTURE(text);
    CHECK(parseRetryAfter(text, newYear2026) == 90s);
}

TEST_CASE("a value that is neither seconds nor an HTTP date is ignored", "[retry-after]")
{
    const std::string text =
        GENERATE("", " ", "12abc", "abc", "-1", "+1", "1e3", "1.5", "1 2", "0x10", "12\n",
                 "\xC2\xA0"
                 "5",
                 ":", "a:b", ",:", "Thu, 01 Jan 2026 24:00:00 GMT", "Thu, 01 Jan 2026 00:60:00 GMT",
                 "Thu, 01 Jan 2026 00:00:61 GMT", "Thu, 32 Jan 2026 00:00:00 GMT", "Thu, 01 Foo 2026 00:00:00 GMT",
                 "2026-01-01T00:01:30Z", "Thu, 01 Jan 2026");
    CAPTURE(text);
    CHECK_FALSE(parseRetryAfter(text, newYear2026));
}
