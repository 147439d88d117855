#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace psa::sandbox {

/// Milliseconds since 1970, UTC: the format of dates in our rows.
std::int64_t toMillis(std::chrono::system_clock::time_point time);
/// ISO 8601 with or without zone (none: UTC), or only a date. False if it is invalid.
bool parseDate(const std::string &text, std::int64_t &millis);
/// In the service's format: with as many fractional digits as needed, with or without `Z`.
std::string formatDate(std::int64_t millis, bool zulu);
/// "20260131".
std::string dayOf(std::int64_t millis);

} // namespace psa::sandbox
