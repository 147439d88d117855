#pragma once

#include <psa/text.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

using psa::clip;
using psa::Clipped;
using psa::excerpt;
using psa::oneLine;
using psa::percentEncode;
using psa::trim;

/// True for up to 18 digits with an optional minus sign: the format of a record's id.
bool isInteger(std::string_view text);

/// `text` in lower case, in any script.
std::string lower(std::string_view text);

/// True if `words`, which are in lower case, stand somewhere in `text`, in any case.
bool mentions(std::string_view text, std::string_view words);

/// `text` on one line, with a full stop at its end.
std::string sentence(std::string_view text);

/// The text of a response that is neither JSON nor a page, as a sentence; empty for those: the content of a gateway's
/// HTML helps nobody.
std::string plainSentence(std::string_view body);

/// The names in a list that is separated by commas, semicolons or lines, in lower case.
std::vector<std::string> namesIn(std::string_view list);

/// The words between the spaces of oneLine(`text`).
std::vector<std::string> wordsOf(std::string_view text);

/// A name as stored in PSAs; an empty part matches anything.
struct PersonName
{
    std::string first;
    std::string last;
};

/// The possible splits of `name` into first and last name: "Ann van Dyk" is Ann + van Dyk or Ann van + Dyk, "Ann" is a
/// first or a last name.
std::vector<PersonName> personNames(const std::string &name);

} // namespace psa::plugins
