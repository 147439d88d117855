#include "host/net/retry_after.h"

#include <Poco/Ascii.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <algorithm>

namespace psa::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::year;

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The nearest year to now that ends with these two digits.
year nearestYear(int lastDigits, clock::Clock::Wall now)
{
    const auto thisYear =
        static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
    const int inCentury = thisYear / 100 * 100 + lastDigits;
    return year(inCentury > thisYear + 50 ? inCentury - 100 : inCentury < thisYear - 50 ? inCentury + 100 : inCentury);
}

std::optional<std::chrono::sys_seconds> parseDate(const std::string &text, clock::Clock::Wall now)
{
    // Poco parses "Sunday, 06-Nov-94" like "Sun, 06 Nov 0094", and treats a text without a date as its first day.
    const bool hasComma = text.find(',') != std::string::npos;
    const std::string &format = hasComma ? Poco::DateTimeFormat::HTTP_FORMAT : Poco::DateTimeFormat::ASCTIME_FORMAT;
    Poco::DateTime date;
    int zone = 0;
    if (!Poco::Ascii::isAlpha(static_cast<unsigned char>(text.front())) || text.find(':') == std::string::npos ||
        !Poco::DateTimeParser::tryParse(format, text, date, zone))
        return std::nullopt;
    const std::chrono::year_month_day day{date.year() < 100 ? nearestYear(date.year(), now) : year(date.year()),
                                          std::chrono::month(static_cast<unsigned>(date.month())),
                                          std::chrono::day(static_cast<unsigned>(date.day()))};
    if (!day.ok())
        return std::nullopt;
    return std::chrono::sys_days(day) + std::chrono::hours(date.hour()) + std::chrono::minutes(date.minute()) +
           seconds(date.second() - zone);
}

} // namespace

std::optional<milliseconds> parseRetryAfter(std::string_view value, clock::Clock::Wall now)
{
    value = trim(value);
    if (value.empty())
        return std::nullopt;
    if (std::all_of(value.begin(), value.end(), Poco::Ascii::isDigit))
    {
        milliseconds wait{0};
        for (const char digit : value)
            wait = std::min(wait * 10 + seconds(digit - '0'), maxRetryAfter);
        return wait;
    }
    const auto date = parseDate(std::string(value), now);
    if (!date)
        return std::nullopt;
    // In milliseconds: the year 9999 does not fit the wall clock's nanoseconds.
    return std::clamp<milliseconds>(*date - std::chrono::floor<milliseconds>(now), milliseconds(0), maxRetryAfter);
}

} // namespace psa::net
