#include "host/events/tree_writer.h"

#include "host/json/utf8.h"

#include <algorithm>

namespace psa::events {
namespace {

constexpr std::size_t maxPlaceholderBytes = 512;

/// Escaped as in a JSON pointer (RFC 6901).
void appendPointerPart(std::string &pointer, std::string_view name)
{
    pointer += '/';
    for (const char c : name)
        c == '~' ? pointer += "~0" : c == '/' ? pointer += "~1" : pointer += c;
}

std::string_view trimmedSpaces(std::string_view text)
{
    constexpr std::string_view spaces = " \t\r\n";
    const std::size_t first = text.find_first_not_of(spaces);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

} // namespace

void TreeWriter::beginObject()
{
    open('{', false);
}

void TreeWriter::beginList()
{
    open('[', true);
}

void TreeWriter::open(char bracket, bool isList)
{
    beginValue();
    json_ += bracket;
    levels_.push_back({isList, 0, {}});
}

void TreeWriter::endObject()
{
    levels_.pop_back();
    json_ += '}';
}

void TreeWriter::endList()
{
    levels_.pop_back();
    json_ += ']';
}

void TreeWriter::name(std::string_view name)
{
    Level &level = levels_.back();
    if (level.items++ > 0)
        json_ += ',';
    level.name.assign(name);
    quote(name);
    json_ += ':';
}

/// In an object, name() has written the comma.
void TreeWriter::beginValue()
{
    if (!levels_.empty() && levels_.back().isList && levels_.back().items++ > 0)
        json_ += ',';
}

void TreeWriter::text(std::string_view value)
{
    if (isUnset(value))
        return null();
    plainText(value);
}

void TreeWriter::plainText(std::string_view value)
{
    beginValue();
    quote(value);
}

void TreeWriter::null()
{
    beginValue();
    json_ += "null";
    if (unset_.size() < maxUnset)
        unset_.push_back(pointer());
}

void TreeWriter::literal(std::string_view json)
{
    beginValue();
    json_ += json;
}

TreeWriter::Mark TreeWriter::mark() const
{
    return {json_.size(), levels_.size(), levels_.empty() ? 0 : levels_.back().items, unset_.size()};
}

void TreeWriter::goBack(const Mark &mark)
{
    json_.resize(mark.bytes);
    levels_.resize(mark.levels);
    if (!levels_.empty())
        levels_.back().items = mark.items;
    unset_.resize(mark.unset);
}

void TreeWriter::quote(std::string_view value)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto isPlain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
    json_ += '"';
    while (!value.empty())
    {
        const auto end = std::find_if_not(value.begin(), value.end(), isPlain);
        const auto plain = static_cast<std::size_t>(end - value.begin());
        json_.append(value.substr(0, plain));
        value.remove_prefix(plain);
        if (value.empty())
            break;
        const auto code = static_cast<unsigned char>(value.front());
        value.remove_prefix(1);
        if (code == '"' || code == '\\')
            (json_ += '\\') += static_cast<char>(code);
        else if (code == 0)
            json_ += "\xEF\xBF\xBD"; // U+FFFD: a C library would end the text there
        else
            ((json_ += "\\u00") += digits[code >> 4U]) += digits[code & 15U];
    }
    json_ += '"';
}

bool TreeWriter::isUnset(std::string_view value) const
{
    const std::string_view inner = trimmedSpaces(value);
    if (inner.size() > maxPlaceholderBytes)
        return false;
    return json::isBlankText(inner) || std::any_of(placeholders_.begin(), placeholders_.end(),
                                                   [&](const auto &pattern) { return pattern.matches(inner); });
}

std::string TreeWriter::pointer() const
{
    std::string text;
    for (const Level &level : levels_)
        appendPointerPart(text, level.isList ? std::to_string(level.items - 1) : level.name);
    return text;
}

} // namespace psa::events
