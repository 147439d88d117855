#pragma once

#include <Poco/Dynamic/Var.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace psa::json {

struct JsonLimits
{
    std::size_t maxBytes = 1 << 20;
    int maxDepth = 32;
};

/// For texts that the host wrote itself, such as those in the store. Input grows when it is written again: a ticket by
/// its defaults, a string by its escapes, a document by the one that contains it.
constexpr JsonLimits ownText{std::string_view::npos, 48};

/// Text that is not acceptable JSON. what() starts with "line L, column C: ".
class JsonError : public std::runtime_error
{
public:
    JsonError(std::size_t line, std::size_t column, const std::string &what);
    std::size_t line() const { return line_; }     ///< From 1.
    std::size_t column() const { return column_; } ///< From 1, in bytes.

private:
    std::size_t line_;
    std::size_t column_;
};

/// Parses `document`, an object or array, which may start with a UTF-8 byte order mark. Throws JsonError for anything
/// else, and for a repeated key in one object, invalid UTF-8 (UTF-16 and UTF-32 are named as such), an embedded NUL,
/// too many bytes or levels, and a number that does not fit 64 bits.
Poco::Dynamic::Var parseStrict(std::string_view document, const JsonLimits &limits = {});

} // namespace psa::json
