#include "common/text.h"

#include <Poco/UTF8String.h>

#include <algorithm>

namespace psa::plugins {

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

bool mentions(std::string_view text, std::string_view words)
{
    return lower(text).find(words) != std::string::npos;
}

std::string sentence(std::string_view text)
{
    std::string line = oneLine(text);
    if (!line.empty() && std::string_view(".!?").find(line.back()) == std::string_view::npos)
        line += '.';
    return line;
}

std::string plainSentence(std::string_view body)
{
    constexpr std::size_t shown = 300;
    const std::string_view text = trim(body);
    if (text.empty() || std::string_view("<{[").find(text.front()) != std::string_view::npos)
        return {};
    return sentence(excerpt(text, shown));
}

std::vector<std::string> namesIn(std::string_view list)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= list.size();)
    {
        const std::size_t end = std::min(list.find_first_of(",;\r\n", at), list.size());
        if (std::string name = lower(oneLine(list.substr(at, end - at))); !name.empty())
            names.push_back(std::move(name));
        at = end + 1;
    }
    return names;
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

std::vector<PersonName> personNames(const std::string &name)
{
    constexpr std::size_t maxWays = 4;
    std::vector<PersonName> ways;
    for (std::size_t at = name.find(' '); at != std::string::npos && ways.size() < maxWays; at = name.find(' ', at + 1))
        ways.push_back({name.substr(0, at), name.substr(at + 1)});
    if (ways.empty())
        ways = {{name, ""}, {"", name}};
    return ways;
}

} // namespace psa::plugins
