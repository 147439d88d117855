#include "host/events/character_references.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace psa::events {
namespace {

struct NamedCharacter
{
    std::string_view name;
    std::string_view text;
};

/// The first five are those of XML.
constexpr std::array namedCharacters{
    NamedCharacter{"amp", "&"},         NamedCharacter{"lt", "<"},          NamedCharacter{"gt", ">"},
    NamedCharacter{"quot", "\""},       NamedCharacter{"apos", "'"},        NamedCharacter{"nbsp", " "},
    NamedCharacter{"auml", "\u00E4"},   NamedCharacter{"ouml", "\u00F6"},   NamedCharacter{"uuml", "\u00FC"},
    NamedCharacter{"Auml", "\u00C4"},   NamedCharacter{"Ouml", "\u00D6"},   NamedCharacter{"Uuml", "\u00DC"},
    NamedCharacter{"szlig", "\u00DF"},  NamedCharacter{"eacute", "\u00E9"}, NamedCharacter{"egrave", "\u00E8"},
    NamedCharacter{"ecirc", "\u00EA"},  NamedCharacter{"agrave", "\u00E0"}, NamedCharacter{"aacute", "\u00E1"},
    NamedCharacter{"acirc", "\u00E2"},  NamedCharacter{"ccedil", "\u00E7"}, NamedCharacter{"ntilde", "\u00F1"},
    NamedCharacter{"oacute", "\u00F3"}, NamedCharacter{"uacute", "\u00FA"}, NamedCharacter{"iacute", "\u00ED"},
    NamedCharacter{"aring", "\u00E5"},  NamedCharacter{"Aring", "\u00C5"},  NamedCharacter{"oslash", "\u00F8"},
    NamedCharacter{"Oslash", "\u00D8"}, NamedCharacter{"aelig", "\u00E6"},  NamedCharacter{"AElig", "\u00C6"},
    NamedCharacter{"ndash", "\u2013"},  NamedCharacter{"mdash", "\u2014"},  NamedCharacter{"hellip", "\u2026"},
    NamedCharacter{"laquo", "\u00AB"},  NamedCharacter{"raquo", "\u00BB"},  NamedCharacter{"ldquo", "\u201C"},
    NamedCharacter{"rdquo", "\u201D"},  NamedCharacter{"lsquo", "\u2018"},  NamedCharacter{"rsquo", "\u2019"},
    NamedCharacter{"bull", "\u2022"},   NamedCharacter{"middot", "\u00B7"}, NamedCharacter{"copy", "\u00A9"},
    NamedCharacter{"reg", "\u00AE"},    NamedCharacter{"trade", "\u2122"},  NamedCharacter{"euro", "\u20AC"},
    NamedCharacter{"deg", "\u00B0"},    NamedCharacter{"times", "\u00D7"},  NamedCharacter{"plusmn", "\u00B1"},
    NamedCharacter{"micro", "\u00B5"},  NamedCharacter{"rarr", "\u2192"},   NamedCharacter{"larr", "\u2190"},
    NamedCharacter{"uarr", "\u2191"},   NamedCharacter{"darr", "\u2193"},   NamedCharacter{"check", "\u2713"},
};
constexpr std::size_t xmlCharacters = 5;
constexpr std::size_t maxReferenceBytes = 12; ///< Between & and ;.

std::optional<std::string> numbered(std::string_view digits)
{
    const bool hexadecimal = digits.starts_with('x') || digits.starts_with('X');
    if (hexadecimal)
        digits.remove_prefix(1);
    unsigned long code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    std::string text;
    appendCharacter(text, code);
    return text;
}

/// What `&reference;` stands for; nullopt if it is unknown.
std::optional<std::string> referenced(std::string_view reference, References known)
{
    if (reference.starts_with('#'))
        return numbered(reference.substr(1));
    const auto *const end = known == References::xml ? namedCharacters.begin() + xmlCharacters : namedCharacters.end();
    const auto *const found = std::find_if(
        namedCharacters.begin(), end, [&](const NamedCharacter &character) { return character.name == reference; });
    return found == end ? std::nullopt : std::optional<std::string>(found->text);
}

} // namespace

void appendCharacter(std::string &text, unsigned long code)
{
    const bool exists = code != 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
    const auto value = static_cast<std::uint32_t>(exists ? code : 0xFFFD);
    const auto following = [&](unsigned shift) { text += static_cast<char>(0x80U | ((value >> shift) & 0x3FU)); };
    if (value < 0x80)
        text += static_cast<char>(value);
    else if (value < 0x800)
        text += static_cast<char>(0xC0U | (value >> 6U));
    else if (value < 0x10000)
        text += static_cast<char>(0xE0U | (value >> 12U));
    else
        text += static_cast<char>(0xF0U | (value >> 18U));
    if (value >= 0x10000)
        following(12);
    if (value >= 0x800)
        following(6);
    if (value >= 0x80)
        following(0);
}

std::string withoutReferences(std::string_view text, References known)
{
    std::string result;
    for (std::size_t next = text.find('&'); next != std::string_view::npos; next = text.find('&'))
    {
        result += text.substr(0, next);
        text.remove_prefix(next);
        const std::size_t end = text.substr(0, maxReferenceBytes).find(';');
        const auto character =
            end == std::string_view::npos ? std::nullopt : referenced(text.substr(1, end - 1), known);
        result += character ? *character : "&";
        text.remove_prefix(character ? end + 1 : 1);
    }
    return result += text;
}

} // namespace psa::events
