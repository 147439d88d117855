#pragma once

#include <Poco/Dynamic/Var.h>

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

/// The type of a field that the PSA's users defined.
enum class ValueType
{
    text,
    number, ///< "12", "-0.5", "1e3", as JSON writes numbers.
    truth,  ///< true, false, yes, no, 1 or 0, in any case.
    date,   ///< A day, "2026-11-24", or an RFC 3339 time with an offset.
};

/// A text written by a person, as a JSON value of that type: a whole number of up to 18 digits stays whole, a date
/// becomes "2026-11-24T00:00:00Z". Throws psa::Error(PSA_INVALID_TICKET) for the ticket's `field` if it is invalid;
/// `what` is the field with its kind: "The custom field \"Machines\"".
Poco::Dynamic::Var typedValue(ValueType type, const std::string &written, const std::string &field,
                              const std::string &what);

} // namespace psa::plugins
