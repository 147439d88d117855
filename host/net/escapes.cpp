#include "host/net/escapes.h"

#include <cstdint>

namespace psa::net {
namespace {

constexpr std::size_t noDigits = 0;

int digitValue(char c, int base)
{
    const int value = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : base;
    return value < base ? value : -1;
}

/// Reads up to `most` digits from the start of `text` into `value`; returns how many there were.
std::size_t readNumber(std::string_view text, int base, std::size_t most, std::uint32_t &value)
{
    std::size_t count = noDigits;
    value = 0;
    for (; count < most && count < text.size() && digitValue(text[count], base) >= 0; ++count)
        value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digitValue(text[count], base));
    return count;
}

/// The code point as UTF-8; empty if it is invalid.
Escape toUtf8(std::size_t length, std::uint32_t code)
{
    const auto tail = [code](unsigned shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    const auto lead = [code](unsigned mark, unsigned shift) { return static_cast<char>(mark | (code >> shift)); };
    if (code < 0x80)
        return {length, 1, {static_cast<char>(code)}};
    if (code < 0x800)
        return {length, 2, {lead(0xC0, 6), tail(0)}};
    if (code >= 0xD800 && code < 0xE000)
        return {};
    if (code < 0x10000)
        return {length, 3, {lead(0xE0, 12), tail(6), tail(0)}};
    if (code < 0x110000)
        return {length, 4, {lead(0xF0, 18), tail(12), tail(6), tail(0)}};
    return {};
}

Escape readPercent(std::string_view text)
{
    std::uint32_t value = 0;
    return readNumber(text.substr(1), 16, 2, value) == 2 ? Escape{3, 1, {static_cast<char>(value)}} : Escape{};
}

Escape readJson(std::string_view text)
{
    if (text.size() < 2)
        return {};
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (const auto which = letters.find(text[1]); which != std::string_view::npos)
        return {2, 1, {meanings[which]}};
    std::uint32_t first = 0;
    if (text[1] != 'u' || readNumber(text.substr(2), 16, 4, first) != 4)
        return {};
    std::uint32_t second = 0;
    if (first >= 0xD800 && first < 0xDC00 && text.substr(6, 2) == "\\u" &&
        readNumber(text.substr(8), 16, 4, second) == 4 && second >= 0xDC00 && second < 0xE000)
        return toUtf8(12, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
    return toUtf8(6, first);
}

Escape readHtml(std::string_view text)
{
    struct Name
    {
        std::string_view text;
        char meaning;
    };
    static constexpr std::array<Name, 5> names = {
        {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
    for (const Name &name : names)
        if (text.substr(0, name.text.size()) == name.text)
            return {name.text.size(), 1, {name.meaning}};
    if (text.substr(0, 2) != "&#")
        return {};
    const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
    const std::size_t begin = hex ? 3 : 2;
    std::uint32_t value = 0;
    const std::size_t digits = readNumber(text.substr(begin), hex ? 16 : 10, 8, value);
    const bool whole = digits != noDigits && text.substr(begin + digits, 1) == ";";
    return whole ? toUtf8(begin + digits + 1, value) : Escape{};
}

} // namespace

bool mayBeginEscape(char c)
{
    return c == '%' || c == '\\' || c == '&' || c == '+';
}

Escape readEscape(std::string_view text, std::size_t at)
{
    const std::string_view rest = text.substr(at);
    switch (rest.empty() ? '\0' : rest[0])
    {
    case '%':
        return readPercent(rest);
    case '\\':
        return readJson(rest);
    case '&':
        return readHtml(rest);
    case '+':
        return {1, 1, {' '}};
    default:
        return {};
    }
}

} // namespace psa::net
