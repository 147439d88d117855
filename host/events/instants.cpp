#include "host/events/instants.h"

#include <algorithm>

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

} // namespace

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
