#pragma once

#include "host/clock/clock.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace psa::host {

/// The longest wait that a server can ask for; more is cut to this.
constexpr std::chrono::milliseconds maxRetryAfter = std::chrono::hours(24);

/// How long the value of a Retry-After header field asks to wait, 0 to maxRetryAfter (RFC 9110, 10.2.3). Reads seconds
/// and the three forms of an HTTP date, whatever the locale; a date in the past is 0. The name of the weekday must be
/// one, but need not fit the date: a server that errs there still wants to be left alone. nullopt = it is neither.
std::optional<std::chrono::milliseconds> parseRetryAfter(std::string_view value, Clock::Wall now);

} // namespace psa::host
