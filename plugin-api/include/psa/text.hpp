// SPDX-License-Identifier: Apache-2.0
//
// psa/text.hpp: texts on their way between people and a PSA. Compiled into the plugin; not part of the ABI.
#ifndef PSA_TEXT_HPP
#define PSA_TEXT_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace psa {

namespace detail {

/// Bytes of the well-formed UTF-8 character that `text`, which is not empty, begins with; 0 if none does.
inline std::size_t characterSize(std::string_view text) noexcept
{
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = at(0);
    const std::size_t size = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
    if (size == 0 || size > text.size())
        return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((at(i) & 0xC0u) != 0x80u)
            return 0;
    // Longer than it needs to be, half of a pair of UTF-16, or beyond the last character there is.
    const unsigned second = size > 2 ? at(1) : 0;
    const bool wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                       (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
    return wrong ? 0 : size;
}

} // namespace detail

/// Is all of `text` well-formed UTF-8 (no overlong forms, no surrogates)?
inline bool isUtf8(std::string_view text) noexcept
{
    while (!text.empty())
    {
        const std::size_t size = detail::characterSize(text);
        if (size == 0)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

/// `text` without white space at both ends.
inline std::string_view trim(std::string_view text) noexcept
{
    constexpr std::string_view whiteSpace = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(whiteSpace);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(whiteSpace) - first + 1);
}

/// `text` on one line for people: control characters become spaces, runs of spaces one, bytes that are not UTF-8 "?".
inline std::string oneLine(std::string_view text)
{
    std::string line;
    while (!text.empty())
    {
        const std::size_t size = detail::characterSize(text);
        const auto lead = static_cast<unsigned char>(text.front());
        if (lead > 0x20 && lead != 0x7F)
            line += size == 0 ? std::string_view("?") : text.substr(0, size);
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return std::string(trim(line));
}

/// What clip() made of a text.
struct Clipped
{
    std::string text;
    bool clipped = false;
};

/// `text`, or its beginning with " […]" behind it where it is longer than `limit`. Counts UTF-16 units, so that the text
/// fits whether the PSA counts those or characters; a character is never cut.
inline Clipped clip(std::string_view text, std::size_t limit)
{
    constexpr std::string_view marker = " […]";
    constexpr std::size_t markerUnits = 4;
    const std::size_t room = limit > markerUnits ? limit - markerUnits : 0;
    std::size_t units = 0;
    std::size_t fits = 0; // Bytes that leave room for the marker.
    for (std::size_t i = 0; i < text.size();)
    {
        const std::size_t size = std::max<std::size_t>(detail::characterSize(text.substr(i)), 1);
        units += size == 4 ? 2 : 1;
        i += size;
        if (units <= room)
            fits = i;
        if (units > limit)
            return {std::string(text.substr(0, fits)) + std::string(limit < markerUnits ? "" : marker), true};
    }
    return {std::string(text), false};
}

/// What the PSA said, on one line for people: at most `limit` UTF-16 units, cut between words. The host takes secrets out
/// that a PSA sends back, but knows only whole ones; a cut in the middle of one would let the rest through.
inline std::string excerpt(std::string_view text, std::size_t limit)
{
    constexpr std::string_view marker = " […]";
    Clipped clipped = clip(oneLine(text), limit);
    if (!clipped.clipped)
        return clipped.text;
    clipped.text.resize(clipped.text.size() - std::min(marker.size(), clipped.text.size()));
    const std::size_t between = clipped.text.find_last_of(" \"'<>,;");
    clipped.text.resize(between == std::string::npos ? 0 : between);
    return clipped.text + std::string(marker);
}

/// `text` as a part of a path or as a value of a query: everything but letters, digits and -._~ is encoded.
inline std::string percentEncode(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) != std::string_view::npos)
            encoded += c;
        else
            encoded.append({'%', digits[byte >> 4u], digits[byte & 15u]});
    }
    return encoded;
}

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
inline std::string jsonText(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string quoted = "\"";
    while (!text.empty())
    {
        const std::size_t size = detail::characterSize(text);
        const auto lead = static_cast<unsigned char>(text.front());
        if (lead < 0x20)
            quoted.append("\\u00").append({digits[lead >> 4u], digits[lead & 15u]});
        else if (lead == '"' || lead == '\\')
            quoted.append({'\\', text.front()});
        else
            quoted += size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return quoted += '"';
}

} // namespace psa

#endif
