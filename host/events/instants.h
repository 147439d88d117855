#pragma once

#include "host/events/event.h"

#include <optional>
#include <string>
#include <string_view>

namespace psa::events {

/// An RFC 3339 date-time, and the forms of it that senders write: `T`, `t` or a space between date and time, 0 to 9
/// digits of a second's fraction (cut to microseconds), and an offset `Z`, `+01:00`, `+0100` or `+01`. nullopt for any
/// other text, for one without an offset, and for a time before 1970 or after 2261: 0001-01-01T00:00:00Z, for example,
/// means that there is no time.
std::optional<Instant> instantFromRfc3339(std::string_view text);

/// Whether `name` is a time zone of the system's database, such as "Europe/Oslo". Thread-safe.
bool isTimeZone(const std::string &name);

/// Unix time in seconds, milliseconds, microseconds or nanoseconds, whichever puts it between 1973 and 2262; the fraction
/// of seconds counts. nullopt for any other number.
std::optional<Instant> instantFromUnix(double value);

/// A time as senders write it: RFC 3339; Unix time in digits (9 or more), also with a fraction; or a local time in `zone`
/// ("" = there is none, and such a text has no instant): 2026-11-30 10:15:42, 2026.11.30, 2026/11/30, 30.11.2026,
/// 11/30/2026 (month first, unless it is above 12), each with a fraction, without seconds, and with AM or PM, or with UTC,
/// GMT or an offset behind it, which then counts. nullopt for any other text. Of a local time that
/// occurs twice, when summer time ends, the first counts; one that is skipped, when it begins, is the instant at which
/// it begins. Throws std::runtime_error if `zone` is no time zone. Thread-safe.
std::optional<Instant> instantFrom(std::string_view given, const std::string &zone);

/// A time in `format`, with the fields of strftime (`%d.%m.%Y %H:%M:%S`, `%I` and `%p`, `%z`); otherwise as above.
std::optional<Instant> instantFrom(const std::string &text, const std::string &format, const std::string &zone);

} // namespace psa::events
