#pragma once

#include <string>
#include <string_view>

namespace psa::events {

enum class References
{
    xml, ///< The five of XML, and numbers.
    html ///< Those of HTML that senders use, and numbers.
};

/// `text`, valid UTF-8, with its character references (`&amp;`, `&#228;`, `&#xE4;`) replaced; one that is unknown stays,
/// and one of a number that is no character becomes U+FFFD.
std::string withoutReferences(std::string_view text, References known);

/// Appends the character with the number `code` in UTF-8; U+FFFD if there is none.
void appendCharacter(std::string &text, unsigned long code);

} // namespace psa::events
