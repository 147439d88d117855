#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace psa::json {

/// Byte offset of the first sequence that is not well-formed UTF-8 (overlong, surrogate, truncated), or npos.
std::size_t findInvalidUtf8(std::string_view text);

bool isValidUtf8(std::string_view text);

/// `text` with each invalid byte replaced by U+FFFD.
std::string replaceInvalidUtf8(std::string_view text);

/// At most the first `maxBytes` of `text`, cut between two characters.
std::string_view cutUtf8(std::string_view text, std::size_t maxBytes);

/// `text` without the byte order mark that some programs write before UTF-8.
std::string_view withoutByteOrderMark(std::string_view text);

/// "UTF-16 (little endian)" or the like for a document in one of those encodings, recognized by its byte order mark or
/// by the zero bytes around its first characters; "" for any other.
std::string_view foreignEncodingOf(std::string_view text);

/// Whether `text` consists only of white space, as defined by Unicode, and zero-width characters.
bool isBlankText(std::string_view text);

/// Text from outside, made safe for a program that shows it: line ends (CR LF, CR) become a line feed, and every other
/// control character except tab is replaced by U+FFFD.
std::string withoutControls(std::string_view text);

/// Text from outside, made safe for a log or a terminal: valid UTF-8, with every control character except line feed and
/// tab, and every bidirectional control (U+202A to U+202E, U+2066 to U+2069), replaced by U+FFFD, so that it can
/// neither move a cursor nor disguise itself.
std::string printable(std::string_view text);

/// The same on one line, for rows and columns: line feed, carriage return and tab become a space each, so that no text
/// can look like a row of its own.
std::string printableLine(std::string_view text);

/// JSON in which every character that printable() would replace is an escape, "\u009b", so that it is the same on a
/// terminal and in a pipe.
std::string printableJson(std::string_view json);

/// `first`, which may be a PSA's own words, and `second` as two sentences: `first` ends with exactly one full stop,
/// whether it had none, one or two. Without a `second` it stays unchanged.
std::string sentences(std::string_view first, std::string_view second);

} // namespace psa::json
