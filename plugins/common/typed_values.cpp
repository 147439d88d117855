#include "common/typed_values.h"

#include "common/json.h"
#include "common/text.h"
#include "common/ticket_name.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace psa::plugins {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

/// The digits text[at, at + count) as a number; -1 if they are not digits.
int digits(std::string_view text, std::size_t at, std::size_t count)
{
    if (at + count > text.size())
        return -1;
    int value = 0;
    for (const char c : text.substr(at, count))
    {
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// How many seconds the offset "Z", "+02:00" or "-05:30" is ahead of UTC.
std::optional<int> parseOffset(std::string_view text)
{
    if (text == "Z" || text == "z")
        return 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return std::nullopt;
    const int hours = digits(text, 1, 2);
    const int minutes = digits(text, 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return std::nullopt;
    return (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

bool hasSeparators(std::string_view text)
{
    return text.size() >= 20 && text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') &&
           text[13] == ':' && text[16] == ':';
}

std::optional<year_month_day> parseDate(std::string_view text)
{
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    if (year < 1 || month < 1 || day < 1)
        return std::nullopt;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    return date.ok() ? std::optional(date) : std::nullopt;
}

using Poco::Dynamic::Var;

/// Empty if it is not one.
Var numberOf(const std::string &written)
{
    if (isInteger(written))
        return static_cast<Poco::Int64>(std::stoll(written));
    const Array::Ptr parsed = parseArray("[" + written + "]");
    if (!parsed || parsed->size() != 1)
        return {};
    const Var number = parsed->get(0);
    const bool good = number.isNumeric() && !number.isBoolean() && std::isfinite(number.convert<double>());
    return good ? number : Var();
}

Var truthOf(const std::string &written)
{
    const std::string word = lower(written);
    if (word == "true" || word == "yes" || word == "1")
        return true;
    return word == "false" || word == "no" || word == "0" ? Var(false) : Var();
}

Var dateOf(const std::string &written)
{
    constexpr std::size_t dayAlone = 10;
    const auto time = parseTime(written.size() == dayAlone ? written + "T00:00:00Z" : written);
    return time ? Var(utcText(*time)) : Var();
}

} // namespace

std::string utcText(std::int64_t unixMs)
{
    const std::chrono::sys_seconds time = std::chrono::floor<std::chrono::seconds>(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unixMs)));
    const sys_days day = std::chrono::floor<std::chrono::days>(time);
    const year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 40> buffer{};
    // All values are in range, so the text fits into its buffer.
    (void)std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                        static_cast<int>(clock.seconds().count()));
    return buffer.data();
}

std::optional<std::int64_t> parseTime(std::string_view text)
{
    if (!hasSeparators(text))
        return std::nullopt;
    const auto date = parseDate(text);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    std::size_t end = 19;
    if (text[end] == '.')
        end = text.find_first_not_of("0123456789", end + 1);
    if (end == std::string_view::npos || end == 20)
        return std::nullopt;
    const auto offset = parseOffset(text.substr(end));
    // 60 is a leap second, which no PSA supports: it becomes the next minute.
    if (!date || !offset || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    const std::int64_t days = sys_days(*date).time_since_epoch().count();
    const std::int64_t ms =
        (days * 86400 + hour * std::int64_t{3600} + minute * std::int64_t{60} + second - *offset) * 1000;
    constexpr std::int64_t year1 = -62135596800000;
    constexpr std::int64_t year10000 = 253402300800000;
    return ms >= year1 && ms < year10000 ? std::optional(ms) : std::nullopt;
}

Var typedValue(ValueType type, const std::string &written, const std::string &field, const std::string &what)
{
    struct Rule
    {
        Var value;
        const char *name;
        const char *hint;
    };
    const std::string text(trim(written));
    const Rule rule = type == ValueType::number
                          ? Rule{numberOf(text), "a number", "Write it like 12 or 12.5, without a unit."}
                      : type == ValueType::truth ? Rule{truthOf(text), "true or false", "Write true or false."}
                      : type == ValueType::date
                          ? Rule{dateOf(text), "a date", "Write it like 2026-11-24 or 2026-11-24T17:00:00+01:00."}
                          : Rule{written, "a text", ""};
    if (rule.value.isEmpty())
        throw invalidField(field, what + " takes " + rule.name + ", and \"" + oneLine(written) + "\" is not one.",
                           rule.hint);
    return rule.value;
}

} // namespace psa::plugins
