#include "host/events/rules/window.h"

#include "host/json/json_values.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace psa::events::rules {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;

constexpr minutes oneWeek = days(7);
/// Longest time without a gap of a weekly window: it has a gap in each week, unless a change of the clocks takes that one.
constexpr days longestChain{22};

/// Reads `digits` digits from the front of `text`; -1 if there are fewer.
int takeDigits(std::string_view &text, std::size_t digits)
{
    int number = 0;
    if (text.size() < digits)
        return -1;
    for (std::size_t i = 0; i < digits; ++i)
    {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool takeMark(std::string_view &text, char mark)
{
    if (!text.starts_with(mark))
        return false;
    text.remove_prefix(1);
    return true;
}

/// "2026-12-01" from the front of `text`, of the years 2000 to 2199.
std::optional<local_days> takeDate(std::string_view &text)
{
    const int year = takeDigits(text, 4);
    const bool afterYear = takeMark(text, '-');
    const int month = takeDigits(text, 2);
    const bool afterMonth = takeMark(text, '-');
    const int day = takeDigits(text, 2);
    if (!afterYear || !afterMonth || year < 2000 || year > 2199 || month < 1 || day < 1)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    return date.ok() ? std::optional(local_days(date)) : std::nullopt;
}

std::optional<local_days> parseDate(std::string_view text)
{
    const auto date = takeDate(text);
    return text.empty() ? date : std::nullopt;
}

/// "2026-12-01T22:00" or "2026-12-01T22:00:30".
std::optional<local_seconds> parseLocal(std::string_view text)
{
    const auto date = takeDate(text);
    if (!date || !takeMark(text, 'T'))
        return std::nullopt;
    const int hour = takeDigits(text, 2);
    const bool afterHour = takeMark(text, ':');
    const int minute = takeDigits(text, 2);
    const int second = takeMark(text, ':') ? takeDigits(text, 2) : 0;
    if (!afterHour || !text.empty() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return std::nullopt;
    return *date + std::chrono::hours(hour) + minutes(minute) + std::chrono::seconds(second);
}

std::string dateText(local_days day)
{
    const std::chrono::year_month_day date(day);
    std::ostringstream text;
    text << std::setfill('0') << std::setw(4) << int(date.year()) << '-' << std::setw(2) << unsigned(date.month())
         << '-' << std::setw(2) << unsigned(date.day());
    return text.str();
}

std::string localText(local_seconds time)
{
    const auto day = std::chrono::floor<days>(time);
    const auto ofDay = time - day;
    const auto second = ofDay % minutes(1);
    std::string text = dateText(day) + 'T' + timeOfDayText(std::chrono::floor<minutes>(ofDay));
    return second.count() == 0 ? text : text + (second.count() < 10 ? ":0" : ":") + std::to_string(second.count());
}

local_seconds requiredLocal(const ObjectReader &reader, const std::string &name)
{
    const std::string text = reader.requiredLine(name, 100);
    const auto time = parseLocal(text);
    if (!time)
        reader.refuse(name, "is " + quoted(text) +
                                ", not a date and time such as 2026-12-01T22:00, as clocks show it in the time zone");
    return *time;
}

std::optional<local_days> optionalDate(const ObjectReader &reader, const std::string &name)
{
    if (!reader.has(name))
        return std::nullopt;
    const std::string text = reader.text(name, 100);
    const auto date = parseDate(text);
    if (!date)
        reader.refuse(name, "is " + quoted(text) + ", not a date such as 2026-12-01");
    return date;
}

Window::Once onceFrom(const ObjectReader &reader)
{
    for (const char *other : {"validFrom", "validTo"})
        if (reader.has(other))
            reader.refuse(other, "is possible with \"weekly\" only");
    if (!reader.has("from"))
        reader.refuse("from", "is missing: a window has \"from\" and \"to\", or \"weekly\"");
    if (!reader.has("to"))
        reader.refuse("to", "is missing: a window that never ends would hide every later problem");
    const Window::Once once{requiredLocal(reader, "from"), requiredLocal(reader, "to")};
    if (once.to <= once.from)
        reader.refuse("to", "is not after \"from\"");
    if (once.to - once.from > Window::longestOnce)
        reader.refuse("to", "is more than " + std::to_string(Window::longestOnce.count()) +
                                " days after \"from\": a window that hardly ends would hide every later problem");
    return once;
}

/// Whether it is active at every minute of a week without a change of the clocks.
bool coversWholeWeek(const Window::Weekly &weekly)
{
    std::vector<bool> covered(static_cast<std::size_t>(oneWeek.count()));
    for (std::size_t day = 0; day < weekly.days.size(); ++day)
        for (minutes minute{0}; weekly.days.test(day) && minute < weekly.length; ++minute)
        {
            const minutes ofWeek = days(day) + weekly.start + minute;
            covered[static_cast<std::size_t>((ofWeek % oneWeek).count())] = true;
        }
    return std::all_of(covered.begin(), covered.end(), [](bool each) { return each; });
}

Window::Weekly weeklyFrom(const ObjectReader &reader)
{
    for (const char *other : {"from", "to"})
        if (reader.has(other))
            reader.refuse(other, "is not possible together with \"weekly\"; make two windows");
    const ObjectReader inner(reader.object("weekly"), reader.pointerTo("weekly"), {"days", "start", "minutes"});
    for (const char *needed : {"days", "start", "minutes"})
        if (!inner.has(needed))
            inner.refuse(needed, "is missing");
    Window::Weekly weekly;
    weekly.days = weekDaysFrom(inner, "days");
    weekly.start = timeOfDayFrom(inner, "start", minutes(0));
    if (weekly.start == days(1))
        inner.refuse("start", "is the end of a day; write 00:00 of the next one");
    weekly.length = minutes(inner.integer("minutes", 1, oneWeek.count(), 0));
    if (coversWholeWeek(weekly))
        inner.refuse("minutes", "makes a window that never ends: each one lasts until the next one begins");
    weekly.validFrom = optionalDate(reader, "validFrom");
    weekly.validTo = optionalDate(reader, "validTo");
    if (weekly.validFrom && weekly.validTo && *weekly.validTo < *weekly.validFrom)
        reader.refuse("validTo", "is before \"validFrom\"");
    return weekly;
}

Span spanOf(const Window::Once &once, const Zone &zone)
{
    const Instant from = zone.toInstant(once.from);
    const Instant to = zone.toInstant(once.to);
    // Both are skipped by one change of the clocks, or both are shown twice.
    return {from, to > from ? to : from + (once.to - once.from)};
}

/// Those that start on the days from `first` to `last`, ordered, with overlapping and adjacent ones merged.
std::vector<Span> spansOf(const Window::Weekly &weekly, const Zone &zone, local_days first, local_days last)
{
    std::vector<Span> spans;
    first = std::max(first, weekly.validFrom.value_or(first));
    last = std::min(last, weekly.validTo.value_or(last));
    for (local_days day = first; day <= last; day += days(1))
    {
        if (!weekly.days.test(std::chrono::weekday(day).c_encoding()))
            continue;
        const Instant start = zone.toInstant(day + weekly.start);
        if (!spans.empty() && start <= spans.back().to)
            spans.back().to = std::max(spans.back().to, start + weekly.length);
        else
            spans.push_back({start, start + weekly.length});
    }
    return spans;
}

local_days dayOf(const Zone &zone, Instant instant)
{
    return std::chrono::floor<days>(zone.toLocal(instant));
}

} // namespace

Window Window::parse(const Poco::JSON::Object &written)
{
    const Poco::JSON::Object::Ptr given = json::givenValues(written);
    const ObjectReader reader(
        given, "", {"name", "description", "conditions", "timeZone", "from", "to", "weekly", "validFrom", "validTo"});
    Window window;
    window.name = reader.requiredLine("name", 100);
    window.description = reader.text("description", 2000);
    window.conditions = Conditions::parse(reader.get("conditions"));
    if (reader.has("weekly"))
        window.times = weeklyFrom(reader);
    else
        window.times = onceFrom(reader);
    window.zone = zoneFrom(reader, "timeZone");
    return window;
}

Poco::JSON::Object::Ptr Window::toJson() const
{
    Poco::JSON::Object::Ptr document = new Poco::JSON::Object;
    document->set("name", name);
    document->set("description", description);
    document->set("conditions", conditions.toJson());
    document->set("timeZone", zone.name());
    if (const auto *once = std::get_if<Once>(&times))
    {
        document->set("from", localText(once->from));
        document->set("to", localText(once->to));
        return document;
    }
    const auto &weekly = std::get<Weekly>(times);
    Poco::JSON::Object::Ptr inner = new Poco::JSON::Object;
    inner->set("days", rules::toJson(weekly.days));
    inner->set("start", timeOfDayText(weekly.start));
    inner->set("minutes", weekly.length.count());
    document->set("weekly", inner);
    if (weekly.validFrom)
        document->set("validFrom", dateText(*weekly.validFrom));
    if (weekly.validTo)
        document->set("validTo", dateText(*weekly.validTo));
    return document;
}

std::vector<std::string> Window::warnings() const
{
    if (!conditions.isEmpty())
        return {};
    return {"The window has no conditions: it suppresses the problems of every source, customer and device."};
}

bool Window::covers(const Facts &facts) const
{
    if (facts.event->kind == EventKind::recovery || !conditions.hold(facts))
        return false;
    if (const auto *once = std::get_if<Once>(&times))
    {
        const Span span = spanOf(*once, zone);
        return facts.now >= span.from && facts.now < span.to;
    }
    const auto &weekly = std::get<Weekly>(times);
    const auto today = dayOf(zone, facts.now);
    const auto spans = spansOf(weekly, zone, today - std::chrono::ceil<days>(weekly.length) - days(1), today);
    return std::any_of(spans.begin(), spans.end(),
                       [&](const Span &span) { return facts.now >= span.from && facts.now < span.to; });
}

std::optional<Instant> Window::activeUntil(Instant now) const
{
    for (const Span &span : between(now, now + days(1)))
        if (now >= span.from && now < span.to)
            return span.to;
    return std::nullopt;
}

std::vector<Span> Window::between(Instant from, Instant to) const
{
    to = std::min(to, from + longestCalendar);
    std::vector<Span> spans;
    if (const auto *once = std::get_if<Once>(&times))
        spans.push_back(spanOf(*once, zone));
    else
        spans =
            spansOf(std::get<Weekly>(times), zone, dayOf(zone, from) - longestChain, dayOf(zone, to) + longestChain);
    std::erase_if(spans, [&](const Span &span) { return span.to <= from || span.from >= to; });
    return spans;
}

} // namespace psa::events::rules
