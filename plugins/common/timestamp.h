#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins {

/// Milliseconds since 1970 in the format of PSAs: UTC, whole seconds, "2026-11-24T17:00:00Z".
std::string utcText(std::int64_t unixMs);

/// The RFC 3339 time `text`, which must have an offset, as milliseconds since 1970. nullopt if no such time exists, or
/// it is outside the years 1 to 9999.
std::optional<std::int64_t> parseTime(std::string_view text);

} // namespace psa::plugins
