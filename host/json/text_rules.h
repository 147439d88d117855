#pragma once

#include "host/json/safe_pattern.h"

#include <Poco/JSON/Object.h>

#include <limits>
#include <optional>
#include <string>

namespace psa::json {

/// The limits of a text, as in a JSON Schema. Immutable and thread-safe once read.
struct TextRules
{
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

    TextRules() = default;
    /// `schema`: with the keywords named below, or without any. Throws std::exception for one that cannot be used.
    explicit TextRules(const Poco::JSON::Object &schema, std::size_t defaultMaxLength = unlimited);

    std::size_t minLength = 0;           ///< In characters.
    std::size_t maxLength = unlimited;   ///< In characters.
    std::string pattern;                 ///< RE2; empty = any text.
    std::string patternHint;             ///< What the pattern requires, in words; may be empty.
    std::optional<SafePattern> compiled; ///< The pattern.

    /// The error of `text`, to be appended to the name of what contains it: "must have at most 9 characters". Empty =
    /// valid. Never repeats the text. Its length is limited before the pattern is tried; what the pattern requires says
    /// more than that a text is too short.
    std::string problemOf(const std::string &text) const;
};

} // namespace psa::json
