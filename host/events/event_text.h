#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace psa::events {

/// `text` from a sender as one line: every run of white space becomes one space, other control characters and invalid
/// UTF-8 become U+FFFD. Of more than `maxCharacters` characters, the first are kept, cut between two that readers see as
/// such (grapheme clusters), and end with an ellipsis.
std::string lineOfText(std::string_view text, std::size_t maxCharacters = 250);

/// `text` from a sender with line feeds as line ends; control characters but tabs and invalid UTF-8 become U+FFFD. Cut
/// after `maxBytes`, which the last line then says.
std::string plainText(std::string_view text, std::size_t maxBytes = 128U << 10U);

/// What `html` shows, as plain text: paragraphs, lines and items of lists on lines of their own, character references
/// replaced, scripts and styles left out.
std::string textOfHtml(std::string_view html);

} // namespace psa::events
