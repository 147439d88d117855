#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace psa::host {

/// Byte offset of the first sequence that is not well-formed UTF-8 (overlong, surrogate, truncated), or npos.
std::size_t findInvalidUtf8(std::string_view text);

bool isValidUtf8(std::string_view text);

/// `text` with each byte that cannot be read replaced by U+FFFD.
std::string replaceInvalidUtf8(std::string_view text);

/// At most the first `maxBytes` of `text`, cut between two characters.
std::string_view cutUtf8(std::string_view text, std::size_t maxBytes);

/// Text from outside, made fit for a log or a terminal: valid UTF-8, with every control character but line feed and
/// tab, and every one that turns the direction of writing (U+202A to U+202E, U+2066 to U+2069), replaced by U+FFFD, so
/// that it can neither move a cursor nor pass for something else.
std::string printable(std::string_view text);

/// The same in one line, for rows and columns: line feed, carriage return and tab are a space each, so that no text can
/// look like a row of its own.
std::string printableLine(std::string_view text);

} // namespace psa::host
