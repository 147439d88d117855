#pragma once

#include "host/clock/clock.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace psa::net {

/// The longest wait that a server can ask for; more is cut to this.
constexpr std::chrono::milliseconds maxRetryAfter = std::chrono::hours(24);

/// How long the value of a Retry-After header field asks to wait, 0 to maxRetryAfter (RFC 9110, 10.2.3). Reads seconds
/// and the three forms of an HTTP date, whatever the locale, and what Poco::DateTimeParser accepts beyond them: a server
/// that gets the form wrong still asks to wait. A date in the past is 0. nullopt = neither form.
std::optional<std::chrono::milliseconds> parseRetryAfter(std::string_view value, clock::Clock::Wall now);

} // namespace psa::net
