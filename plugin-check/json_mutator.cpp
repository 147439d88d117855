#include "plugin-check/json_mutator.h"

#include <array>
#include <string_view>
#include <vector>

namespace psa::check {
namespace {

/// Where a value stands in a JSON text, and where its member begins: at its key, or at itself in a list.
struct Span
{
    std::size_t member;
    std::size_t begin;
    std::size_t end;
};

std::size_t endOfText(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\')
            ++at;
    return std::min(at + 1, text.size());
}

/// Finds the values of a text that is more or less JSON; never fails, whatever it gets.
std::vector<Span> valuesOf(std::string_view text)
{
    std::vector<Span> done;
    std::vector<Span> open;
    std::size_t member = 0;
    bool hasKey = false;
    const auto add = [&](std::size_t begin, std::size_t end) {
        done.push_back({hasKey ? member : begin, begin, end});
        hasKey = false;
    };
    for (std::size_t at = 0; at < text.size();)
    {
        const char each = text[at];
        const std::size_t begin = at++;
        if (each == '{' || each == '[')
        {
            open.push_back({hasKey ? member : begin, begin, 0});
            hasKey = false;
        }
        else if ((each == '}' || each == ']') && !open.empty())
        {
            done.push_back({open.back().member, open.back().begin, at});
            open.pop_back();
            hasKey = false;
        }
        else if (each == '"')
        {
            at = endOfText(text, begin);
            if (at < text.size() && text[at] == ':')
            {
                member = begin;
                hasKey = true;
            }
            else
                add(begin, at);
        }
        else if (std::string_view(",: \t\r\n}]").find(each) == std::string_view::npos)
        {
            while (at < text.size() && std::string_view(",}] \t\r\n").find(text[at]) == std::string_view::npos)
                ++at;
            add(begin, at);
        }
    }
    return done;
}

std::string nested(std::size_t depth, const std::string &open, const std::string &close)
{
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += open;
    text += "1";
    for (std::size_t i = 0; i < depth; ++i)
        text += close;
    return text;
}

std::string quoted(const std::string &text)
{
    return '"' + text + '"';
}

} // namespace

std::string JsonMutator::mutate(std::string text)
{
    const std::size_t changes = 1 + pick(4);
    for (std::size_t i = 0; i < changes; ++i)
        if (pick(4) == 0)
            changeBytes(text);
        else
            changeValue(text);
    return text;
}

void JsonMutator::changeValue(std::string &text)
{
    const std::vector<Span> values = valuesOf(text);
    if (values.empty())
        return changeBytes(text);
    const Span at = values[pick(values.size())];
    switch (pick(6))
    {
    case 0: // the member goes, and a comma with it
    {
        const bool comma = at.end < text.size() && text[at.end] == ',';
        text.erase(at.member, at.end - at.member + (comma ? 1 : 0));
        return;
    }
    case 1: // the member occurs twice
        text.insert(at.end, "," + text.substr(at.member, at.end - at.member));
        return;
    case 2: // another value of the same text
    {
        const Span other = values[pick(values.size())];
        text.replace(at.begin, at.end - at.begin, std::string(text, other.begin, other.end - other.begin));
        return;
    }
    default:
        text.replace(at.begin, at.end - at.begin, oddValue());
    }
}

std::string JsonMutator::oddValue()
{
    static const std::array<std::string, 30> odd{"null",
                                                 "true",
                                                 "false",
                                                 "0",
                                                 "-1",
                                                 "1.5",
                                                 "-0.0",
                                                 "1e308",
                                                 "1e999",
                                                 "2147483648",
                                                 "9007199254740993",
                                                 "9223372036854775807",
                                                 "9223372036854775808",
                                                 "-9223372036854775809",
                                                 "123456789012345678901234567890",
                                                 "NaN",
                                                 "\"\"",
                                                 "\" \"",
                                                 "\"0\"",
                                                 "\"\\u0000\"",
                                                 "\"\\ud800\"",
                                                 "\"\\u202e\\u200b\"",
                                                 "\"\xFF\xFE\"",
                                                 "\"%s%n{}<>&'\\\"\"",
                                                 "\"2026-13-45T99:99:99Z\"",
                                                 "\"https://user@evil.example/\"",
                                                 "[]",
                                                 "{}",
                                                 "[null]",
                                                 "{\"\":{}}"};
    switch (pick(8))
    {
    case 0:
        return quoted(std::string(pick(3) == 0 ? 300000 : 1 + pick(3000), static_cast<char>('a' + pick(26))));
    case 1:
        return nested(pick(3) == 0 ? 20000 : 40, "[", "]");
    case 2:
        return nested(1 + pick(40), "{\"items\":", "}");
    default:
        return odd[pick(odd.size())];
    }
}

void JsonMutator::changeBytes(std::string &text)
{
    const std::size_t at = pick(text.size());
    switch (pick(6))
    {
    case 0:
        text.resize(at);
        return;
    case 1:
        text.erase(at, 1 + pick(16));
        return;
    case 2:
        text.insert(at, std::string(1 + pick(4), static_cast<char>(pick(256))));
        return;
    case 3:
        text.insert(at, text.substr(pick(text.size()), pick(64)));
        return;
    case 4:
        text.insert(at, 1, '\0');
        return;
    default:
        if (!text.empty())
            text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << pick(8)));
    }
}

} // namespace psa::check
