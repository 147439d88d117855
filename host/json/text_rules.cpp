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

/// Throws for a value of another type, which Object::optValue() would ignore.
template <class T>
void readInto(T &value, const Poco::JSON::Object &schema, const char *keyword)
{
    if (schema.has(keyword))
        value = schema.getValue<T>(keyword);
}

} // namespace

TextRules::TextRules(const Poco::JSON::Object &schema, std::size_t defaultMaxLength) : maxLength(defaultMaxLength)
{
    readInto(minLength, schema, "minLength");
    readInto(maxLength, schema, "maxLength");
    readInto(pattern, schema, "pattern");
    readInto(patternHint, schema, "patternHint");
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
