#include "host/json/utf8.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace psa::json {
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

/// The position of the first non-ASCII byte at or after `at`.
std::size_t asciiEnd(std::string_view text, std::size_t at)
{
    for (std::uint64_t eight = 0; text.size() - at >= sizeof eight; at += sizeof eight)
    {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        if ((eight & 0x8080808080808080U) != 0)
            break;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
        ++at;
    return at;
}

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// The code point of one well-formed character.
char32_t codePointOf(std::string_view character)
{
    const auto lead = static_cast<unsigned char>(character[0]);
    char32_t code = character.size() == 1 ? lead : lead & (0xFFU >> (character.size() + 1));
    for (const char next : character.substr(1))
        code = (code << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
    return code;
}

/// C0 except line feed and tab, DEL, or C1, of which U+009B starts a terminal's escape sequence just as ESC [ does.
bool isControl(char32_t code)
{
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0);
}

/// A bidirectional control, after which text is displayed in another order than it is stored.
bool turnsDirection(char32_t code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/// Not safe for a terminal.
bool isUnfit(char32_t code)
{
    return isControl(code) || turnsDirection(code);
}

/// Unicode's White_Space, and zero-width characters.
bool isWhiteSpace(char32_t code)
{
    constexpr std::array<std::pair<char32_t, char32_t>, 11> ranges{{{0x09, 0x0D},
                                                                    {0x20, 0x20},
                                                                    {0x85, 0x85},
                                                                    {0xA0, 0xA0},
                                                                    {0x1680, 0x1680},
                                                                    {0x2000, 0x200D},
                                                                    {0x2028, 0x2029},
                                                                    {0x202F, 0x202F},
                                                                    {0x205F, 0x2060},
                                                                    {0x3000, 0x3000},
                                                                    {0xFEFF, 0xFEFF}}};
    return std::any_of(ranges.begin(), ranges.end(),
                       [code](const auto &range) { return code >= range.first && code <= range.second; });
}

/// Calls `add` with each character of `valid`, which must be valid UTF-8.
template <class Add>
void forEachCharacter(std::string_view valid, const Add &add)
{
    for (std::size_t at = 0; at < valid.size();)
    {
        const std::string_view character = valid.substr(at, sequenceLength(valid, at));
        add(character);
        at += character.size();
    }
}

} // namespace

std::size_t findInvalidUtf8(std::string_view text)
{
    for (std::size_t at = asciiEnd(text, 0); at < text.size(); at = asciiEnd(text, at))
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
    // Goes back to the start of a character; bytes that are not UTF-8 at all are cut where they are.
    while (end > 0 && maxBytes - end < 3 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

std::string_view withoutByteOrderMark(std::string_view text)
{
    return text.starts_with(byteOrderMark) ? text.substr(byteOrderMark.size()) : text;
}

std::string_view foreignEncodingOf(std::string_view text)
{
    using namespace std::string_view_literals;
    // The marks first; that of UTF-32 starts like that of UTF-16.
    if (text.starts_with("\xFF\xFE\0\0"sv))
        return "UTF-32 (little endian)";
    if (text.starts_with("\0\0\xFE\xFF"sv))
        return "UTF-32 (big endian)";
    if (text.starts_with("\xFF\xFE"sv))
        return "UTF-16 (little endian)";
    if (text.starts_with("\xFE\xFF"sv))
        return "UTF-16 (big endian)";
    // A document starts with two ASCII characters, whose zero bytes reveal the encoding (RFC 4627, section 3).
    if (text.size() < 4)
        return "";
    std::string shape;
    for (const char byte : text.substr(0, 4))
        shape += byte == '\0' ? '0' : 'x';
    return shape == "x0x0"   ? "UTF-16 (little endian)"
           : shape == "0x0x" ? "UTF-16 (big endian)"
           : shape == "x000" ? "UTF-32 (little endian)"
           : shape == "000x" ? "UTF-32 (big endian)"
                             : "";
}

bool isBlankText(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0 || !isWhiteSpace(codePointOf(text.substr(at, length))))
            return false;
        at += length;
    }
    return true;
}

std::string withoutControls(std::string_view text)
{
    const std::string valid = replaceInvalidUtf8(text);
    std::string result;
    bool afterReturn = false;
    forEachCharacter(valid, [&](std::string_view character) {
        const bool isReturn = character == "\r";
        if (isReturn || (character == "\n" && !afterReturn))
            result += '\n';
        else if (character != "\n")
            result += isControl(codePointOf(character)) ? replacement : character;
        afterReturn = isReturn;
    });
    return result;
}

std::string printable(std::string_view text)
{
    const std::string valid = replaceInvalidUtf8(text);
    std::string result;
    forEachCharacter(valid, [&](std::string_view character) {
        result += isUnfit(codePointOf(character)) ? replacement : character;
    });
    return result;
}

std::string printableJson(std::string_view json)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string valid = replaceInvalidUtf8(json);
    std::string result;
    forEachCharacter(valid, [&](std::string_view character) {
        const char32_t code = codePointOf(character);
        if (!isUnfit(code))
            result += character;
        else
            result.append("\\u").append({digits[code >> 12U & 0xFU], digits[code >> 8U & 0xFU],
                                         digits[code >> 4U & 0xFU], digits[code & 0xFU]});
    });
    return result;
}

std::string printableLine(std::string_view text)
{
    std::string line(text);
    const auto breaks = [](char c) { return c == '\n' || c == '\r' || c == '\t'; };
    std::replace_if(line.begin(), line.end(), breaks, ' ');
    return printable(line);
}

std::string sentences(std::string_view first, std::string_view second)
{
    const std::size_t last = first.find_last_not_of(" \t\r\n");
    first = first.substr(0, last == std::string_view::npos ? 0 : last + 1);
    if (first.empty() || second.empty())
        return std::string(first.empty() ? second : first);
    if (first.ends_with("..") && !first.ends_with("..."))
        first.remove_suffix(1);
    if (first.ends_with(',') || first.ends_with(';'))
        first.remove_suffix(1);
    std::string_view words = first; // a full stop may be inside a quotation or brackets
    while (words.ends_with('"') || words.ends_with('\'') || words.ends_with(')'))
        words.remove_suffix(1);
    constexpr std::string_view ellipsis = "\xE2\x80\xA6";
    const bool isEnded = words.ends_with('.') || words.ends_with('!') || words.ends_with('?') || words.ends_with(':') ||
                         words.ends_with(ellipsis);
    return std::string(first) + (isEnded ? " " : ". ") + std::string(second);
}

} // namespace psa::json
