#include "host/json/utf8.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>

namespace psa::host {
namespace {

/// Length of the well-formed sequence at `at`, or 0.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80)
        return 1;
    const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < static_cast<std::size_t>(length))
        return 0;
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.data() + at);
    return Poco::UTF8Encoding::isLegal(bytes, length) ? static_cast<std::size_t>(length) : 0;
}

/// One well-formed character: C0 but for line feed and tab, DEL, or C1 (U+0080 to U+009F, of which U+009B begins a
/// terminal's escape sequence just as ESC [ does).
bool isControl(std::string_view character)
{
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 2)
        return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    return character.size() == 1 && (first == 0x7F || (first < 0x20 && first != '\n' && first != '\t'));
}

/// One well-formed character: U+202A to U+202E or U+2066 to U+2069, behind which text is shown in another order than it
/// stands.
bool turnsDirection(std::string_view character)
{
    if (character.size() != 3 || character[0] != '\xE2')
        return false;
    const char second = character[1];
    const auto third = static_cast<unsigned char>(character[2]);
    return (second == '\x80' && third >= 0xAA && third <= 0xAE) || (second == '\x81' && third >= 0xA6 && third <= 0xA9);
}

const char *const replacement = "\xEF\xBF\xBD"; // U+FFFD

} // namespace

std::size_t findInvalidUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            return at;
        at += length;
    }
    return std::string_view::npos;
}

bool isValidUtf8(std::string_view text)
{
    return findInvalidUtf8(text) == std::string_view::npos;
}

std::string replaceInvalidUtf8(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            result += replacement;
        else
            result += text.substr(at, length);
        at += length == 0 ? 1 : length;
    }
    return result;
}

std::string_view cutUtf8(std::string_view text, std::size_t maxBytes)
{
    if (text.size() <= maxBytes)
        return text;
    std::size_t end = maxBytes;
    // Back to where a character begins; bytes that are no UTF-8 at all are cut where they stand.
    while (end > 0 && maxBytes - end < 3 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

std::string printable(std::string_view text)
{
    const std::string valid = replaceInvalidUtf8(text);
    std::string result;
    for (std::size_t at = 0; at < valid.size();)
    {
        const std::string_view character = std::string_view(valid).substr(at, sequenceLength(valid, at));
        if (isControl(character) || turnsDirection(character))
            result += replacement;
        else
            result += character;
        at += character.size();
    }
    return result;
}

std::string printableLine(std::string_view text)
{
    std::string line(text);
    const auto breaks = [](char c) { return c == '\n' || c == '\r' || c == '\t'; };
    std::replace_if(line.begin(), line.end(), breaks, ' ');
    return printable(line);
}

} // namespace psa::host
