#pragma once

#include "host/clock/clock.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace psa::net {

/// The longest wait that a server can request; longer ones are reduced to this.
constexpr std::chrono::milliseconds maxRetryAfter = std::chrono::hours(24);

/// The wait requested by the value of a Retry-After header field, 0 to maxRetryAfter (RFC 9110, 10.2.3). Accepts
/// seconds and the three forms of an HTTP date, independent of the locale, and the other forms that
/// Poco::DateTimeParser accepts: a server that uses a wrong form still asks to wait. A date in the past is 0. nullopt =
/// neither form.
std::optional<std::chrono::milliseconds> parseRetryAfter(std::string_view value, clock::Clock::Wall now);

} // namespace psa::net
