#pragma once

#include "host/events/event.h"

#include <optional>
#include <string_view>

namespace psa::events {

/// An RFC 3339 date-time, and the forms of it that senders write: `T`, `t` or a space between date and time, 0 to 9
/// digits of a second's fraction (cut to microseconds), and an offset `Z`, `+01:00`, `+0100` or `+01`. nullopt for any
/// other text, for one without an offset, and for a time before 1970 or after 2261: 0001-01-01T00:00:00Z, for example,
/// means that there is no time.
std::optional<Instant> instantFromRfc3339(std::string_view text);

} // namespace psa::events
