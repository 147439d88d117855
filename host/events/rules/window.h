#pragma once

#include "host/events/rules/conditions.h"
#include "host/events/rules/hours.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace psa::events::rules {

/// From `from` until just before `to`.
struct Span
{
    Instant from;
    Instant to;

    bool operator==(const Span &) const = default;
};

/// A maintenance window: times in which the problems that its conditions hold for are suppressed. It applies by what
/// clocks show in its time zone: if a change of the clocks skips its start, it starts with the change; if they show its
/// start twice, it runs once, from the first.
struct Window
{
    struct Once
    {
        std::chrono::local_seconds from;
        std::chrono::local_seconds to;
    };

    struct Weekly
    {
        WeekDays days; ///< On which it starts.
        std::chrono::minutes start{0};
        std::chrono::minutes length{0};                   ///< As time that passes, not as clocks show it.
        std::optional<std::chrono::local_days> validFrom; ///< First day on which it may start.
        std::optional<std::chrono::local_days> validTo;   ///< Last day on which it may start.
    };

    static constexpr std::chrono::days longestOnce{366};
    static constexpr std::chrono::days longestCalendar{400};

    std::string name;
    std::string description;
    Conditions conditions; ///< Which events it suppresses; empty = all.
    Zone zone;
    std::variant<Once, Weekly> times;

    /// Throws RuleInvalid, also for a window that never ends.
    static Window parse(const Poco::JSON::Object &written);
    Poco::JSON::Object::Ptr toJson() const; ///< Normalized.
    /// What is allowed and may not be meant, as sentences.
    std::vector<std::string> warnings() const;

    /// Whether it suppresses the event: it is active at `facts.now`, and its conditions hold. Recoveries are never
    /// suppressed.
    bool covers(const Facts &facts) const;
    /// The end of the time, without a gap, in which it is active, if it is active at `now`.
    std::optional<Instant> activeUntil(Instant now) const;
    /// Whole, ordered and without overlaps: all spans that have an instant from `from` until just before `to`, which must
    /// be at most longestCalendar later; what is beyond is left out.
    std::vector<Span> between(Instant from, Instant to) const;
};

} // namespace psa::events::rules
