#pragma once

#include "host/events/rules/document.h"
#include "host/events/zone.h"

#include <bitset>
#include <chrono>
#include <string>

namespace psa::events::rules {

/// Days of the week: 0 = Sunday, as in std::chrono::weekday::c_encoding().
using WeekDays = std::bitset<7>;

/// Member `name`, a list such as ["mon", "tue"]; all days if it is missing. Throws RuleInvalid.
WeekDays weekDaysFrom(const ObjectReader &reader, const std::string &name);
/// From Monday to Sunday.
Poco::JSON::Array::Ptr toJson(WeekDays days);

/// Member `name`, a time such as "08:30" or "24:00", the end of the day; `otherwise` if it is missing. Throws RuleInvalid.
std::chrono::minutes timeOfDayFrom(const ObjectReader &reader, const std::string &name, std::chrono::minutes otherwise);
/// "08:30".
std::string timeOfDayText(std::chrono::minutes time);

/// Member `name`, a time zone; throws RuleInvalid if it is missing or does not exist.
Zone zoneFrom(const ObjectReader &reader, const std::string &name);

/// Hours of the week in a time zone, by what clocks show there.
struct WeeklyHours
{
    WeekDays days = WeekDays().set();
    std::chrono::minutes from{0};
    std::chrono::minutes to{24 * 60}; ///< Before `from`: hours that begin on one of the days, and end on the next one.
    Zone zone;
    bool outside = false; ///< All hours but these.

    /// `{"days": ["mon"], "from": "08:00", "to": "17:00", "timeZone": "Europe/Oslo", "outside": false}`. Throws
    /// RuleInvalid.
    static WeeklyHours parse(const Poco::JSON::Object::Ptr &document, const std::string &pointer);
    Poco::JSON::Object::Ptr toJson() const;

    bool contain(Instant instant) const;
    /// Why an instant is among them, or is not, for people.
    std::string why(Instant instant) const;
};

} // namespace psa::events::rules
