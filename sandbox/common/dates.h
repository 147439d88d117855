#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace psa::sandbox {

/// Milliseconds since 1970, UTC: how dates stand in our rows.
std::int64_t toMillis(std::chrono::system_clock::time_point time);
/// ISO 8601 with or without zone (none: UTC), or a date alone. False if it is none.
bool parseDate(const std::string &text, std::int64_t &millis);
/// As the service writes them: as many digits of a second's fraction as it has, `Z` or not.
std::string formatDate(std::int64_t millis, bool zulu);
/// "20260131".
std::string dayOf(std::int64_t millis);

} // namespace psa::sandbox
