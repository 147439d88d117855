#include "common/text.h"

#include <Poco/URI.h>
#include <Poco/UTF8String.h>

#include <algorithm>

namespace plugins {
namespace {

constexpr std::string_view whiteSpace = " \t\r\n\f\v";
constexpr std::string_view marker = " […]";
constexpr std::size_t markerUnits = 4;

/// Bytes of the UTF-8 character that begins `text`; 0 if none does. The host has checked what it hands over, but not
/// what the PSA sent.
std::size_t characterSize(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
    if (size == 0 || size > text.size())
        return 0;
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; };
    if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(size), continues))
        return 0;
    const auto second = size > 2 ? static_cast<unsigned char>(text[1]) : 0;
    const bool overlongOrSurrogate = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                                     (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
    return overlongOrSurrogate ? 0 : size;
}

} // namespace

std::string_view trim(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(whiteSpace);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(whiteSpace) - first + 1);
}

bool isInteger(std::string_view text)
{
    if (!text.empty() && text.front() == '-')
        text.remove_prefix(1);
    return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string lower(std::string_view text)
{
    return Poco::UTF8::toLower(std::string(text));
}

std::string oneLine(std::string_view text)
{
    std::string line;
    for (std::size_t i = 0; i < text.size();)
    {
        const std::size_t size = characterSize(text.substr(i));
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte <= 0x20 || byte == 0x7F)
            line += line.empty() || line.back() == ' ' ? "" : " ";
        else
            line += size == 0 ? std::string_view("?") : text.substr(i, size);
        i += std::max<std::size_t>(size, 1);
    }
    return std::string(trim(line));
}

std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words;
    const std::string line = oneLine(text) + " ";
    for (std::size_t at = 0, end = line.find(' '); end != std::string::npos; at = end + 1, end = line.find(' ', at))
        if (end > at)
            words.push_back(line.substr(at, end - at));
    return words;
}

Clipped clip(std::string_view text, std::size_t limit)
{
    const std::size_t room = limit > markerUnits ? limit - markerUnits : 0;
    std::size_t units = 0;
    std::size_t fits = 0; // Bytes that leave room for the marker.
    for (std::size_t i = 0; i < text.size();)
    {
        const std::size_t size = std::max<std::size_t>(characterSize(text.substr(i)), 1);
        units += size == 4 ? 2 : 1;
        i += size;
        if (units <= room)
            fits = i;
        if (units > limit)
            return {std::string(text.substr(0, fits)) + std::string(marker), true};
    }
    return {std::string(text), false};
}

std::string percentEncode(std::string_view text)
{
    std::string encoded;
    Poco::URI::encode(std::string(text), "!#$&'()*+,/:;=?@[]", encoded);
    return encoded;
}

} // namespace plugins
