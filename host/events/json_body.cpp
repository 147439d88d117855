#include "host/events/json_body.h"

#include "host/events/character_references.h"
#include "host/json/strict_json.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace psa::events {
namespace {

constexpr int maxLevels = 128;          ///< Of a body; libjq refuses more than 256 levels.
constexpr std::size_t exactDigits = 15; ///< A double keeps every integer of so many digits.
constexpr std::size_t maxNumberBytes = 40;

/// A literal, and what it becomes. None, True and False come from Python, the others from JavaScript and Go.
struct JsonLiteral
{
    std::string_view name;
    std::string_view json;
};
constexpr std::array jsonLiterals{JsonLiteral{"true", "true"},   JsonLiteral{"false", "false"},
                                  JsonLiteral{"null", ""},       JsonLiteral{"True", "true"},
                                  JsonLiteral{"False", "false"}, JsonLiteral{"None", ""},
                                  JsonLiteral{"undefined", ""},  JsonLiteral{"NaN", ""},
                                  JsonLiteral{"Infinity", ""},   JsonLiteral{"-Infinity", ""}};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Reads one document from the front of a text and writes it to a tree, value by value.
class JsonBodyReader
{
public:
    JsonBodyReader(std::string_view text, TreeWriter &tree) : text_(text), tree_(tree) {}

    void document()
    {
        value(0);
        end();
    }

    std::string stringDocument()
    {
        skipSpace();
        std::string text(string());
        end();
        return text;
    }

private:
    [[noreturn]] void fail(const std::string &what) const
    {
        const std::string_view before = text_.substr(0, at_);
        const std::size_t lineStart = before.rfind('\n') + 1; // 0 in the first line
        throw json::JsonError(static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
                              at_ - lineStart + 1, what);
    }

    void skipSpace()
    {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
            ++at_;
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c)
    {
        skipSpace();
        if (at_ >= text_.size() || text_[at_] != c)
            return false;
        ++at_;
        return true;
    }

    void end()
    {
        skipSpace();
        if (at_ < text_.size())
            fail("there is more text after the end of the JSON document");
    }

    void value(int level)
    {
        skipSpace();
        if (level > maxLevels)
            fail("the document has more than " + std::to_string(maxLevels) + " levels");
        if (at_ >= text_.size())
            fail("the JSON document ends too early");
        const char first = text_[at_];
        if (first == '{')
            object(level);
        else if (first == '[')
            list(level);
        else if (first == '"')
            tree_.text(string());
        else if (!literal())
            number();
    }

    void object(int level)
    {
        ++at_;
        tree_.beginObject();
        for (bool more = !take('}'); more;)
        {
            skipSpace();
            if (peek() != '"')
                fail("expected the name of a member in double quotes, or }");
            tree_.name(string());
            if (!take(':'))
                fail("expected a colon after the name of a member");
            value(level + 1);
            more = take(',');
            if (!more && !take('}'))
                fail("expected a comma or } after a member");
        }
        tree_.endObject();
    }

    void list(int level)
    {
        ++at_;
        tree_.beginList();
        for (bool more = !take(']'); more;)
        {
            value(level + 1);
            more = take(',');
            if (!more && !take(']'))
                fail("expected a comma or ] after an item");
        }
        tree_.endList();
    }

    bool literal()
    {
        const std::string_view rest = text_.substr(at_);
        const auto *const found = std::find_if(jsonLiterals.begin(), jsonLiterals.end(),
                                               [rest](const JsonLiteral &each) { return rest.starts_with(each.name); });
        if (found == jsonLiterals.end())
            return false;
        at_ += found->name.size();
        found->json.empty() ? tree_.null() : tree_.literal(found->json);
        return true;
    }

    std::size_t digits()
    {
        const std::size_t first = at_;
        while (isDigit(peek()))
            ++at_;
        return at_ - first;
    }

    void number()
    {
        const std::size_t first = at_;
        if (peek() == '-')
            ++at_;
        const bool leadingZero = peek() == '0';
        const std::size_t whole = digits();
        if (whole == 0 || (leadingZero && whole > 1))
        {
            at_ = first;
            fail("expected a JSON value: a text in double quotes, a number, an object or a list");
        }
        const bool fraction = peek() == '.';
        if (fraction && (++at_, digits() == 0))
            fail("a number needs digits after its point");
        const bool power = peek() == 'e' || peek() == 'E';
        std::size_t powerDigits = 0;
        if (power)
        {
            ++at_;
            if (peek() == '+' || peek() == '-')
                ++at_;
            powerDigits = digits();
            if (powerDigits == 0)
                fail("a number needs digits after its e");
        }
        const std::string_view given = text_.substr(first, at_ - first);
        const bool exact =
            fraction || power ? given.size() <= maxNumberBytes && powerDigits <= 2 : whole <= exactDigits;
        exact ? tree_.literal(given) : tree_.plainText(given);
    }

    /// The string at the current place, which is a double quote. Valid until the next call.
    std::string_view string()
    {
        const std::size_t first = ++at_;
        const std::size_t stop = text_.find_first_of("\"\\", at_);
        if (stop != std::string_view::npos && text_[stop] == '"')
        {
            at_ = stop + 1;
            return text_.substr(first, stop - first);
        }
        decoded_.clear();
        for (;;)
        {
            const std::size_t next = text_.find_first_of("\"\\", at_);
            if (next == std::string_view::npos)
            {
                at_ = first - 1;
                fail("the string that begins here has no end");
            }
            decoded_.append(text_.substr(at_, next - at_));
            at_ = next + 1;
            if (text_[next] == '"')
                return decoded_;
            escape();
        }
    }

    void escape()
    {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view values = "\"\\/\b\f\n\r\t";
        const char name = peek();
        const std::size_t known = name == '\0' ? std::string_view::npos : names.find(name);
        if (name != 'u' && known == std::string_view::npos)
        {
            --at_;
            fail("a backslash in a string must be followed by one of \" \\ / b f n r t u");
        }
        ++at_;
        name == 'u' ? appendCharacter(decoded_, codePoint()) : static_cast<void>(decoded_ += values[known]);
    }

    /// Half of a surrogate pair becomes U+FFFD.
    std::uint32_t codePoint()
    {
        constexpr std::uint32_t replacement = 0xFFFD;
        const std::uint32_t code = fourDigits();
        if (code < 0xD800 || code > 0xDFFF)
            return code;
        if (code > 0xDBFF || !text_.substr(at_).starts_with("\\u"))
            return replacement;
        const std::size_t before = at_;
        at_ += 2;
        const std::uint32_t low = fourDigits();
        if (low >= 0xDC00 && low <= 0xDFFF)
            return 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
        at_ = before;
        return replacement;
    }

    std::uint32_t fourDigits()
    {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i, ++at_)
        {
            const char c = peek();
            const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!isDigit(c) && !letter)
                fail("\\u in a string needs four hexadecimal digits");
            value = value * 16 + static_cast<std::uint32_t>(letter ? (c | 0x20) - 'a' + 10 : c - '0');
        }
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    TreeWriter &tree_;
    std::string decoded_;
};

char firstNonSpace(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? '\0' : text[first];
}

} // namespace

void writeJson(std::string_view text, TreeWriter &tree)
{
    JsonBodyReader(text, tree).document();
}

bool writeIfJson(std::string_view text, TreeWriter &tree)
{
    const char first = firstNonSpace(text);
    if (first != '{' && first != '[')
        return false;
    const TreeWriter::Mark start = tree.mark();
    try
    {
        writeJson(text, tree);
        return true;
    }
    catch (const json::JsonError &)
    {
        tree.goBack(start); // it only looks like JSON: "[FIRING:1] ..."
        return false;
    }
}

bool writeIfJsonString(std::string_view text, TreeWriter &tree)
{
    if (firstNonSpace(text) != '"')
        return false;
    std::string content;
    try
    {
        content = JsonBodyReader(text, tree).stringDocument();
    }
    catch (const json::JsonError &)
    {
        return false; // a text that begins with a quotation
    }
    if (!writeIfJson(content, tree))
    {
        tree.beginObject();
        tree.name("text");
        tree.text(content);
        tree.endObject();
    }
    return true;
}

} // namespace psa::events
