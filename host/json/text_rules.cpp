#include "host/json/text_rules.h"

#include <algorithm>

namespace psa::json {
namespace {

/// Whether `text` has more than `limit` characters. Does not count further than needed.
bool isLonger(const std::string &text, std::size_t limit)
{
    if (text.size() <= limit)
        return false;
    if (text.size() / 4 > limit)
        return true;
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues)) > limit;
}

} // namespace

TextRules::TextRules(const Poco::JSON::Object &schema, std::size_t defaultMaxLength)
    : minLength(schema.optValue<std::size_t>("minLength", 0)),
      maxLength(schema.optValue<std::size_t>("maxLength", defaultMaxLength)),
      pattern(schema.optValue<std::string>("pattern", "")), patternHint(schema.optValue<std::string>("patternHint", ""))
{
    if (!pattern.empty())
        compiled.emplace(pattern);
}

std::string TextRules::problemOf(const std::string &text) const
{
    if (isLonger(text, maxLength))
        return "must have at most " + std::to_string(maxLength) + " characters";
    if (compiled && !compiled->matches(text))
        return patternHint.empty() ? "must match the pattern " + pattern : "must be " + patternHint;
    if (minLength > 0 && !isLonger(text, minLength - 1))
        return "must have at least " + std::to_string(minLength) + " characters";
    return {};
}

} // namespace psa::json
