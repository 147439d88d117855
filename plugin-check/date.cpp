#include "plugin-check/date.h"

#include <array>
#include <cstdio>

namespace psa::check {
namespace {

std::string isoDate(unsigned year, unsigned month, unsigned day)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04u-%02u-%02u", year, month, day);
    return text.data();
}

} // namespace

std::string toText(const toml::date &date)
{
    return isoDate(date.year, date.month, date.day);
}

std::string dayOf(std::chrono::system_clock::time_point time)
{
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
    return isoDate(static_cast<unsigned>(static_cast<int>(day.year())), static_cast<unsigned>(day.month()),
                   static_cast<unsigned>(day.day()));
}

} // namespace psa::check
