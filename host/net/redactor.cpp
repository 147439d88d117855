#include "host/net/redactor.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <set>
#include <utility>

namespace psa::net {
namespace {

constexpr std::string_view standardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view urlSafeAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::size_t indexOf(char c)
{
    return static_cast<unsigned char>(c);
}

bool isBase64(char c)
{
    return standardAlphabet.find(c) != std::string_view::npos || c == '-' || c == '_';
}

void wipe(std::string &text)
{
    explicit_bzero(text.data(), text.size());
}

/// What one escape sequence stands for.
struct Escape
{
    std::size_t length = 0; ///< Number of characters in the sequence; 0 = there is none.
    std::size_t size = 0;   ///< Number of bytes that it stands for, 1 to 4.
    std::array<char, 4> bytes{};

    std::string_view decoded() const { return {bytes.data(), size}; }
};

/// Reads up to `most` digits from the start of `text` into `value`; returns how many there were.
std::size_t readNumber(std::string_view text, int base, std::size_t most, std::uint32_t &value)
{
    value = 0;
    const char *end = text.data() + std::min(most, text.size());
    return static_cast<std::size_t>(std::from_chars(text.data(), end, value, base).ptr - text.data());
}

/// The code point as UTF-8; empty if it is invalid.
Escape toUtf8(std::size_t length, std::uint32_t code)
{
    std::array<unsigned char, 4> bytes{};
    Escape escape;
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return escape;
    escape.length = length;
    escape.size = static_cast<std::size_t>(
        Poco::UTF8Encoding().convert(static_cast<int>(code), bytes.data(), static_cast<int>(bytes.size())));
    std::copy(bytes.begin(), bytes.end(), escape.bytes.begin());
    return escape;
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
    const bool whole = digits > 0 && text.substr(begin + digits, 1) == ";";
    return whole ? toUtf8(begin + digits + 1, value) : Escape{};
}

/// True if an escape sequence can start with this character: % \ & and + (a space in a form).
bool mayBeginEscape(char c)
{
    return c == '%' || c == '\\' || c == '&' || c == '+';
}

/// The escape sequence that starts at `at`: percent-encoding, an escape of a JSON string, or an HTML character
/// reference. They start with different characters, so there is at most one.
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

/// Matches one form against a text in which any character may be escaped.
///
/// A character that starts an escape can also represent itself: if both interpretations continue to match, both are
/// followed. Each branch is taken once, so that a secret of only backslashes does not take forever.
class Matcher
{
public:
    Matcher(std::string_view form, std::string_view text) : form_(form), text_(text) {}

    /// The end of the longest match that starts at `begin`; `begin` itself if there is none.
    std::size_t maxFrom(std::size_t begin)
    {
        std::size_t longest = std::max(begin, follow({0, begin}));
        while (!open_.empty())
        {
            const State from = open_.back();
            open_.pop_back();
            longest = std::max(longest, follow(from));
        }
        return longest;
    }

private:
    /// Number of bytes of the form that are matched, and the position in the text where the rest must start.
    using State = std::pair<std::size_t, std::size_t>;

    /// The end of the match that one branch leads to, or 0; other branches are added to open_.
    std::size_t follow(State state)
    {
        auto [found, at] = state;
        while (found < form_.size())
        {
            if (at >= text_.size())
                return 0;
            const bool asItIs = text_[at] == form_[found];
            if (!asItIs && !mayBeginEscape(text_[at]))
                return 0;
            const Escape escape = mayBeginEscape(text_[at]) ? readEscape(text_, at) : Escape{};
            const bool escaped = escape.length > 0 && form_.substr(found, escape.size) == escape.decoded();
            if (asItIs && escaped)
            {
                if (!forks_.insert({found, at}).second)
                    return 0;
                open_.emplace_back(found + escape.size, at + escape.length);
            }
            else if (!asItIs && !escaped)
                return 0;
            found += asItIs ? 1 : escape.size;
            at += asItIs ? 1 : escape.length;
        }
        return at;
    }

    std::string_view form_;
    std::string_view text_;
    std::vector<State> open_;
    std::set<State> forks_;
};

} // namespace

Redactor::~Redactor()
{
    for (Form &form : forms_)
        wipe(form.bytes);
}

bool Redactor::addSecret(std::string value)
{
    const bool longEnough = value.size() >= minSecretBytes;
    if (longEnough)
    {
        for (std::size_t bytesBefore = 0; bytesBefore < 3; ++bytesBefore)
        {
            addBase64(value, standardAlphabet, bytesBefore);
            addBase64(value, urlSafeAlphabet, bytesBefore);
        }
        forms_.emplace_back().bytes = value;
        keepNewest();
    }
    wipe(value);
    return longEnough;
}

/// Adds the newest form to the index, or removes it again if it already exists.
void Redactor::keepNewest()
{
    Form &newest = forms_.back();
    const auto known =
        std::find_if(forms_.begin(), forms_.end(), [&newest](const Form &each) { return each.bytes == newest.bytes; });
    if (&*known == &newest)
        return byFirstByte_[indexOf(newest.bytes.front())].push_back(&newest);
    wipe(newest.bytes);
    forms_.pop_back();
}

/// Base64 writes three bytes as four characters, so the encoding of a secret depends on how many bytes of the first
/// group precede it. The core is the characters that contain only bits of the secret: those do not depend on the
/// surrounding bytes. The characters at the edges contain bits of both.
void Redactor::addBase64(std::string_view secret, std::string_view alphabet, std::size_t bytesBefore)
{
    const std::size_t firstBit = bytesBefore * 8;
    const std::size_t endBit = firstBit + secret.size() * 8;
    Form &form = forms_.emplace_back();
    form.sharesBefore = firstBit % 6 != 0;
    form.sharesAfter = endBit % 6 != 0;
    form.bytes.reserve(secret.size() * 2);
    for (std::size_t bit = (firstBit + 5) / 6 * 6; bit + 6 <= endBit; bit += 6)
    {
        const std::size_t byte = (bit - firstBit) / 8;
        const std::size_t shift = (bit - firstBit) % 8;
        const std::size_t next = byte + 1 < secret.size() ? indexOf(secret[byte + 1]) : 0;
        const std::size_t pair = indexOf(secret[byte]) << 8 | next;
        form.bytes += alphabet[pair >> (10 - shift) & 0x3F];
    }
    keepNewest();
}

/// Widens `widest` by each form that starts with the byte `first`, escaped or not, at `at`.
void Redactor::matchForms(std::string_view text, std::size_t at, char first, std::optional<Span> &widest) const
{
    for (const Form *form : byFirstByte_[indexOf(first)])
    {
        // Most candidates fail at their second byte: no need to set up more for those.
        const char second = at + 1 < text.size() ? text[at + 1] : '\0';
        if (text[at] == first && !mayBeginEscape(first) && second != form->bytes[1] && !mayBeginEscape(second))
            continue;
        const std::size_t end = Matcher(form->bytes, text).maxFrom(at);
        if (end == at)
            continue;
        const bool before = form->sharesBefore && at > 0 && isBase64(text[at - 1]);
        const bool after = form->sharesAfter && end < text.size() && isBase64(text[end]);
        const Span span{before ? at - 1 : at, after ? end + 1 : end};
        widest = widest ? Span{std::min(widest->begin, span.begin), std::max(widest->end, span.end)} : span;
    }
}

std::optional<Redactor::Span> Redactor::matchAt(std::string_view text, std::size_t at) const
{
    std::optional<Span> widest;
    matchForms(text, at, text[at], widest);
    if (!mayBeginEscape(text[at]))
        return widest;
    if (const Escape escape = readEscape(text, at); escape.length > 0 && escape.bytes[0] != text[at])
        matchForms(text, at, escape.bytes[0], widest);
    return widest;
}

std::string Redactor::redact(std::string_view text) const
{
    std::string result;
    std::size_t done = 0;
    std::optional<Span> open; // grows while matches overlap it
    const auto close = [&] {
        result += text.substr(done, open->begin - done);
        result += marker;
        done = open->end;
    };
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        const std::optional<Span> found = matchAt(text, at);
        if (!found)
            continue;
        if (open && found->begin < open->end)
        {
            open->end = std::max(open->end, found->end);
            continue;
        }
        if (open)
            close();
        open = found;
    }
    if (open)
        close();
    result += text.substr(done);
    return result;
}

} // namespace psa::net
