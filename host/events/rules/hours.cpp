#include "host/events/rules/hours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace psa::events::rules {
namespace {

using std::chrono::minutes;
using std::chrono::weekday;

constexpr std::array dayNames{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr minutes wholeDay{24 * 60};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// "HH:MM".
std::optional<minutes> parseTimeOfDay(const std::string &text)
{
    if (text.size() != 5 || !isDigit(text[0]) || !isDigit(text[1]) || text[2] != ':' || !isDigit(text[3]) ||
        !isDigit(text[4]))
        return std::nullopt;
    const minutes time{((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0'};
    return text[3] > '5' || time > wholeDay ? std::nullopt : std::optional(time);
}

/// The day of the week and the time of the day.
std::pair<weekday, minutes> splitLocal(std::chrono::local_seconds time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return {weekday(day), std::chrono::floor<minutes>(time - day)};
}

} // namespace

WeekDays weekDaysFrom(const ObjectReader &reader, const std::string &name)
{
    const Poco::JSON::Array::Ptr items = reader.array(name);
    if (items.isNull())
        return WeekDays().set();
    WeekDays days;
    for (unsigned i = 0; i < items->size(); ++i)
    {
        const std::string pointer = reader.pointerTo(name) + '/' + std::to_string(i);
        const std::string text = textFrom(items->get(i), pointer);
        const auto *const found = std::find(dayNames.begin(), dayNames.end(), text);
        if (found == dayNames.end())
            throw RuleInvalid(pointer, "is " + quoted(text) + "; it must be mon, tue, wed, thu, fri, sat or sun");
        days.set(static_cast<std::size_t>(found - dayNames.begin()));
    }
    if (days.none())
        reader.refuse(name, "has no day");
    return days;
}

Poco::JSON::Array::Ptr toJson(WeekDays days)
{
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    for (std::size_t i = 1; i <= dayNames.size(); ++i)
        if (days.test(i % dayNames.size()))
            list->add(std::string(dayNames.at(i % dayNames.size())));
    return list;
}

minutes timeOfDayFrom(const ObjectReader &reader, const std::string &name, minutes otherwise)
{
    if (!reader.has(name))
        return otherwise;
    const std::string text = reader.text(name, 100);
    const auto time = parseTimeOfDay(text);
    if (!time)
        reader.refuse(name, "is " + quoted(text) + ", not a time from 00:00 to 24:00 such as 08:30");
    return *time;
}

std::string timeOfDayText(minutes time)
{
    const auto twoDigits = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return twoDigits(time.count() / 60) + ':' + twoDigits(time.count() % 60);
}

Zone zoneFrom(const ObjectReader &reader, const std::string &name)
{
    const std::string zone = reader.requiredLine(name, 100);
    try
    {
        return Zone(zone);
    }
    catch (const std::runtime_error &error)
    {
        reader.refuse(name, error.what());
    }
}

WeeklyHours WeeklyHours::parse(const Poco::JSON::Object::Ptr &document, const std::string &pointer)
{
    const ObjectReader reader(document, pointer, {"days", "from", "to", "timeZone", "outside"});
    WeeklyHours hours;
    hours.days = weekDaysFrom(reader, "days");
    hours.from = timeOfDayFrom(reader, "from", hours.from);
    hours.to = timeOfDayFrom(reader, "to", hours.to);
    hours.zone = zoneFrom(reader, "timeZone");
    hours.outside = reader.boolean("outside", false);
    if (hours.from == wholeDay)
        reader.refuse("from", "is the end of a day; write 00:00 of the next one");
    if (hours.from == hours.to)
        reader.refuse("to", "is the same as \"from\"; for whole days leave both out");
    if (hours.days.all() && hours.from == minutes(0) && hours.to == wholeDay)
        throw RuleInvalid(pointer, hours.outside ? "excludes every hour of the week, so the rule would never match"
                                                 : "includes every hour of the week; leave it out");
    return hours;
}

Poco::JSON::Object::Ptr WeeklyHours::toJson() const
{
    Poco::JSON::Object::Ptr document = new Poco::JSON::Object;
    document->set("days", rules::toJson(days));
    document->set("from", timeOfDayText(from));
    document->set("to", timeOfDayText(to));
    document->set("timeZone", zone.name());
    document->set("outside", outside);
    return document;
}

bool WeeklyHours::contain(Instant instant) const
{
    const auto [day, time] = splitLocal(zone.toLocal(instant));
    const auto isOn = [this](weekday which) { return days.test(which.c_encoding()); };
    const bool inside = from < to ? isOn(day) && time >= from && time < to
                                  : (isOn(day) && time >= from) || (isOn(day - std::chrono::days(1)) && time < to);
    return inside != outside;
}

std::string WeeklyHours::why(Instant instant) const
{
    const auto [day, time] = splitLocal(zone.toLocal(instant));
    return std::string(dayNames.at(day.c_encoding())) + ' ' + timeOfDayText(time) + " in " + zone.name() +
           (contain(instant) != outside ? " is within the hours of the rule" : " is outside the hours of the rule");
}

} // namespace psa::events::rules
