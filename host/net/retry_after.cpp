#include "host/net/retry_after.h"

#include <Poco/Ascii.h>

#include <algorithm>
#include <array>

namespace psa::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

using Names = std::array<std::string_view, 12>;
constexpr Names months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr Names shortDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr Names longDays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Reads a date from left to right. After the first thing that does not fit, nothing does any more.
class DateReader
{
public:
    explicit DateReader(std::string_view text) : rest_(text) {}

    void literal(std::string_view text)
    {
        ok_ = ok_ && rest_.substr(0, text.size()) == text;
        if (ok_)
            rest_.remove_prefix(text.size());
    }

    /// Which of the names comes next, from 0.
    unsigned name(const Names &names)
    {
        for (unsigned i = 0; ok_ && i < names.size() && !names[i].empty(); ++i)
            if (rest_.substr(0, names[i].size()) == names[i])
            {
                rest_.remove_prefix(names[i].size());
                return i;
            }
        ok_ = false;
        return 0;
    }

    /// A number of exactly so many digits.
    int number(std::size_t digits)
    {
        int value = 0;
        ok_ = ok_ && rest_.size() >= digits &&
              std::all_of(rest_.begin(), rest_.begin() + static_cast<int>(digits), Poco::Ascii::isDigit);
        for (std::size_t i = 0; ok_ && i < digits; ++i)
            value = value * 10 + (rest_[i] - '0');
        if (ok_)
            rest_.remove_prefix(digits);
        return value;
    }

    /// The day of the month as asctime writes it: two places, the first of which may be a space.
    int paddedDay()
    {
        if (!ok_ || rest_.substr(0, 1) != " ")
            return number(2);
        rest_.remove_prefix(1);
        return number(1);
    }

    /// hh:mm:ss since midnight. Second 60 is a leap second.
    seconds timeOfDay()
    {
        const int hour = number(2);
        literal(":");
        const int minute = number(2);
        literal(":");
        const int second = number(2);
        ok_ = ok_ && hour < 24 && minute < 60 && second <= 60;
        return std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
    }

    bool atEnd() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

std::optional<sys_seconds> assemble(const DateReader &reader, int year, unsigned month, int day, seconds time)
{
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month + 1),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!reader.atEnd() || !date.ok())
        return std::nullopt;
    return sys_days(date) + time;
}

/// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<sys_seconds> parseFixdate(std::string_view text)
{
    DateReader reader(text);
    reader.name(shortDays);
    reader.literal(", ");
    const int day = reader.number(2);
    reader.literal(" ");
    const unsigned month = reader.name(months);
    reader.literal(" ");
    const int year = reader.number(4);
    reader.literal(" ");
    const seconds time = reader.timeOfDay();
    reader.literal(" GMT");
    return assemble(reader, year, month, day, time);
}

/// Sunday, 06-Nov-94 08:49:37 GMT; of the years that end so, the one nearest to now.
std::optional<sys_seconds> parseRfc850(std::string_view text, Clock::Wall now)
{
    DateReader reader(text);
    reader.name(longDays);
    reader.literal(", ");
    const int day = reader.number(2);
    reader.literal("-");
    const unsigned month = reader.name(months);
    reader.literal("-");
    int year = reader.number(2);
    reader.literal(" ");
    const seconds time = reader.timeOfDay();
    reader.literal(" GMT");
    const auto thisYear =
        static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
    year += thisYear / 100 * 100;
    if (year > thisYear + 50)
        year -= 100;
    else if (year < thisYear - 50)
        year += 100;
    return assemble(reader, year, month, day, time);
}

/// Sun Nov  6 08:49:37 1994
std::optional<sys_seconds> parseAsctime(std::string_view text)
{
    DateReader reader(text);
    reader.name(shortDays);
    reader.literal(" ");
    const unsigned month = reader.name(months);
    reader.literal(" ");
    const int day = reader.paddedDay();
    reader.literal(" ");
    const seconds time = reader.timeOfDay();
    reader.literal(" ");
    const int year = reader.number(4);
    return assemble(reader, year, month, day, time);
}

} // namespace

std::optional<milliseconds> parseRetryAfter(std::string_view value, Clock::Wall now)
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
    auto date = parseFixdate(value);
    if (!date)
        date = parseRfc850(value, now);
    if (!date)
        date = parseAsctime(value);
    if (!date)
        return std::nullopt;
    // In milliseconds: the year 9999 does not fit the nanoseconds of the wall clock.
    return std::clamp<milliseconds>(*date - std::chrono::floor<milliseconds>(now), milliseconds(0), maxRetryAfter);
}

} // namespace psa::host
