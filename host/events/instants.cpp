#include "host/events/instants.h"

#include "host/json/safe_pattern.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace psa::events {
namespace {

using std::chrono::sys_days;

/// Takes parts of a date-time from the front of a text.
class TimeScanner
{
public:
    explicit TimeScanner(std::string_view text) : rest_(text) {}

    bool atEnd() const { return rest_.empty(); }

    /// A number of exactly `digits` digits.
    bool number(std::size_t digits, int &value)
    {
        if (rest_.size() < digits ||
            !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(digits), isDigit))
            return false;
        value = 0;
        for (std::size_t i = 0; i < digits; ++i)
            value = value * 10 + (rest_[i] - '0');
        rest_.remove_prefix(digits);
        return true;
    }

    /// A number of one to four digits.
    bool upToFour(int &value, std::size_t &length)
    {
        value = 0;
        int digit = 0;
        for (length = 0; length < 4 && number(1, digit); ++length)
            value = value * 10 + digit;
        return length > 0;
    }

    bool separator(char &found)
    {
        found = rest_.empty() ? '\0' : rest_.front();
        return oneOf("-./");
    }

    void spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }

    /// `upper`, in letters of either case.
    bool word(std::string_view upper)
    {
        const auto same = [](char given, char wanted) { return (given & ~0x20) == wanted; };
        if (rest_.size() < upper.size() || !std::equal(upper.begin(), upper.end(), rest_.begin(),
                                                       [&](char wanted, char given) { return same(given, wanted); }))
            return false;
        rest_.remove_prefix(upper.size());
        return true;
    }

    bool oneOf(std::string_view characters)
    {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// `.` or `,` and 1 to 9 digits, if there are any; the microseconds of it.
    bool fraction(std::chrono::microseconds &value)
    {
        value = {};
        if (!oneOf(".,"))
            return true;
        int digits = 0;
        std::int64_t micros = 0;
        for (int digit = 0; digits < 9 && number(1, digit); ++digits)
            micros = digits < 6 ? micros * 10 + digit : micros;
        for (int given = digits; given < 6; ++given)
            micros *= 10;
        value = std::chrono::microseconds(micros);
        return digits > 0;
    }

private:
    static bool isDigit(char c) { return c >= '0' && c <= '9'; }

    std::string_view rest_;
};

/// `Z`, `+01:00`, `+0100` or `+01`.
bool scanOffset(TimeScanner &text, std::chrono::minutes &offset)
{
    offset = {};
    if (text.oneOf("Zz"))
        return true;
    const bool behind = text.oneOf("-");
    if (!behind && !text.oneOf("+"))
        return false;
    int hours = 0;
    int minutes = 0;
    if (!text.number(2, hours) || hours > 23)
        return false;
    const bool colon = text.oneOf(":");
    if ((colon || !text.atEnd()) && (!text.number(2, minutes) || minutes > 59))
        return false;
    offset = std::chrono::minutes((hours * 60 + minutes) * (behind ? -1 : 1));
    return true;
}

bool scanDate(TimeScanner &text, std::chrono::year_month_day &date)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!text.number(4, year) || !text.oneOf("-") || !text.number(2, month) || !text.oneOf("-") || !text.number(2, day))
        return false;
    date = {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
            std::chrono::day(static_cast<unsigned>(day))};
    return date.ok();
}

/// The 60 of a leap second becomes the next minute's first.
bool scanTimeOfDay(TimeScanner &text, std::chrono::microseconds &time)
{
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    std::chrono::microseconds fraction{};
    if (!text.number(2, hours) || !text.oneOf(":") || !text.number(2, minutes) || !text.oneOf(":") ||
        !text.number(2, seconds) || !text.fraction(fraction) || hours > 23 || minutes > 59 || seconds > 60)
        return false;
    time = std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds) + fraction;
    return true;
}

std::optional<Instant> inRange(Instant instant)
{
    constexpr Instant first = sys_days(std::chrono::year(1970) / 1 / 1);
    constexpr Instant end = sys_days(std::chrono::year(2262) / 1 / 1);
    return instant > first && instant < end ? std::optional(instant) : std::nullopt;
}

using Micros = std::chrono::microseconds;

/// Unix time in a unit that its size tells.
std::optional<Instant> instantOfSize(long double value)
{
    constexpr long double earliest = 1e8L; // 1973, in seconds
    long double micros = value * 1e6L;
    for (const long double limit : {1e11L, 1e14L, 1e17L}) // above them milliseconds, microseconds, nanoseconds
        micros = value >= limit ? micros / 1e3L : micros;
    if (!(value >= earliest) || !(micros < 9.3e15L))
        return std::nullopt;
    return inRange(Instant(Micros(static_cast<std::int64_t>(std::floor(micros + 0.5L)))));
}

bool isUnixTime(std::string_view text)
{
    const std::size_t whole = std::min(text.find_first_not_of("0123456789"), text.size());
    return whole >= 9 &&
           (whole == text.size() ||
            (text[whole] == '.' && text.find_first_not_of("0123456789", whole + 1) == std::string_view::npos));
}

/// In `zone`; nullopt without one.
std::optional<Instant> instantOfLocal(date::local_time<Micros> local, const std::string &zone)
{
    if (zone.empty())
        return std::nullopt;
    // Earliest is also the end of the gap for a time that is skipped.
    return inRange(Instant(date::locate_zone(zone)->to_sys(local, date::choose::earliest).time_since_epoch()));
}

/// A local time, and the offset that followed it.
struct ParsedTime
{
    date::local_time<Micros> local;
    std::optional<std::chrono::minutes> offset;
};

// GCC 12 takes the seconds in date::from_stream(), whose value after a failed read is ignored, for used uninitialized.
#if !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
/// A field may have no width (`%20d`), whose number could overflow.
std::optional<ParsedTime> parsedTime(const std::string &text, const std::string &format)
{
    constexpr std::size_t most = 100;
    static const json::SafePattern width("%[^%a-zA-Z]*[0-9]");
    if (text.size() > most || format.size() > most || width.matches(format))
        return std::nullopt;
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    ParsedTime parsed{};
    std::string abbreviation;
    std::chrono::minutes offset{};
    date::from_stream(in, format.c_str(), parsed.local, &abbreviation, &offset);
    if (in.fail() || (in.peek(), !in.eof()))
        return std::nullopt;
    if (format.find("%z") != std::string::npos || format.find("%Ez") != std::string::npos)
        parsed.offset = offset;
    return parsed;
}
#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif

std::optional<Instant> instantOf(const ParsedTime &parsed, const std::string &zone)
{
    if (parsed.offset)
        return inRange(Instant(parsed.local.time_since_epoch() - *parsed.offset));
    return instantOfLocal(parsed.local, zone);
}

/// What people write behind a time without changing it, such as a zone's name in brackets.
std::string_view withoutRemark(std::string_view text)
{
    text = text.substr(0, text.find('('));
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

/// The month stands first between slashes, unless it is above 12.
bool scanLocalDate(TimeScanner &text, std::chrono::year_month_day &date)
{
    std::array<int, 3> numbers{};
    std::array<std::size_t, 3> lengths{};
    std::array<char, 2> separators{};
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (!text.upToFour(numbers[i], lengths[i]) || (i < separators.size() && !text.separator(separators[i])))
            return false;
    if (separators[0] != separators[1])
        return false;
    const auto [first, second, third] = numbers;
    const bool yearFirst = lengths[0] == 4;
    const bool monthFirst = separators[0] == '/' && first <= 12;
    if (yearFirst == (lengths[2] == 4))
        return false;
    const int year = yearFirst ? first : third;
    const int month = yearFirst || !monthFirst ? second : first;
    const int day = yearFirst ? third : monthFirst ? second : first;
    date = {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
            std::chrono::day(static_cast<unsigned>(day))};
    return date.ok();
}

/// "10:15:42.5", "10:15", "9:05 PM"
bool scanLocalTime(TimeScanner &text, Micros &time)
{
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    std::size_t length = 0;
    Micros fraction{};
    if (!text.upToFour(hours, length) || length > 2 || !text.oneOf(":") || !text.number(2, minutes))
        return false;
    if (text.oneOf(":") && (!text.number(2, seconds) || !text.fraction(fraction)))
        return false;
    text.spaces();
    const bool morning = text.word("AM");
    const bool afternoon = !morning && text.word("PM");
    if (morning || afternoon)
    {
        if (hours < 1 || hours > 12)
            return false;
        hours = hours % 12 + (afternoon ? 12 : 0);
    }
    if (hours > 23 || minutes > 59 || seconds > 60)
        return false;
    time = std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds) + fraction;
    return true;
}

/// nullopt for a text in none of the forms of instantFrom().
std::optional<ParsedTime> parsedLocal(std::string_view text)
{
    TimeScanner scanner(text);
    std::chrono::year_month_day date{};
    Micros time{};
    if (!scanLocalDate(scanner, date) || (!scanner.oneOf("T") && !scanner.oneOf(" ")))
        return std::nullopt;
    scanner.spaces();
    if (!scanLocalTime(scanner, time))
        return std::nullopt;
    ParsedTime parsed{date::local_time<Micros>(sys_days(date).time_since_epoch() + time), std::nullopt};
    scanner.spaces();
    std::chrono::minutes offset{};
    if (scanner.word("UTC") || scanner.word("GMT"))
        parsed.offset = offset;
    if (!scanner.atEnd() && scanOffset(scanner, offset))
        parsed.offset = offset;
    return scanner.atEnd() ? std::optional(parsed) : std::nullopt;
}

} // namespace

bool isTimeZone(const std::string &name)
try
{
    return date::locate_zone(name) != nullptr;
}
catch (const std::runtime_error &)
{
    return false;
}

std::optional<Instant> instantFromUnix(double value)
{
    return instantOfSize(static_cast<long double>(value));
}

std::optional<Instant> instantFrom(std::string_view given, const std::string &zone)
{
    if (const auto instant = instantFromRfc3339(given))
        return instant;
    const std::size_t first = std::min(given.find_first_not_of(" \t\r\n"), given.size());
    const std::string_view text = withoutRemark(given.substr(first, 64));
    if (isUnixTime(text))
        return instantOfSize(std::stold(std::string(text)));
    const auto parsed = parsedLocal(text);
    return parsed ? instantOf(*parsed, zone) : std::nullopt;
}

std::optional<Instant> instantFrom(const std::string &text, const std::string &format, const std::string &zone)
{
    const auto parsed = parsedTime(text, format);
    return parsed ? instantOf(*parsed, zone) : std::nullopt;
}

std::optional<Instant> instantFromRfc3339(std::string_view text)
{
    TimeScanner scanner(text);
    std::chrono::year_month_day date{};
    std::chrono::microseconds time{};
    std::chrono::minutes offset{};
    if (!scanDate(scanner, date) || !scanner.oneOf("Tt ") || !scanTimeOfDay(scanner, time))
        return std::nullopt;
    while (scanner.oneOf(" "))
        ;
    if (!scanOffset(scanner, offset) || !scanner.atEnd())
        return std::nullopt;
    return inRange(Instant(sys_days(date)) + time - offset);
}

} // namespace psa::events
