#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plugins {

/// `text` without white space at both ends.
std::string_view trim(std::string_view text);

/// True for up to 18 digits with or without a minus sign before them: what an id of a record looks like.
bool isInteger(std::string_view text);

/// `text` in lower case, in any script.
std::string lower(std::string_view text);

/// `text` on one line for people: control characters become spaces, runs of spaces one, bytes that are not UTF-8 "?".
std::string oneLine(std::string_view text);

/// What stands between the spaces of oneLine(`text`).
std::vector<std::string> wordsOf(std::string_view text);

/// What clip() made of a text.
struct Clipped
{
    std::string text;
    bool clipped = false;
};

/// `text`, or its beginning with " […]" behind it where it is longer than `limit`. Counts as .NET does, in which
/// PSAs are written: in UTF-16 units. Never cuts a character.
Clipped clip(std::string_view text, std::size_t limit);

/// `text` as the value of a query parameter.
std::string percentEncode(std::string_view text);

} // namespace plugins
