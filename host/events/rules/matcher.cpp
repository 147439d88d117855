#include "host/events/rules/matcher.h"

#include "host/events/rules/document.h"
#include "host/json/near_words.h"
#include "host/json/utf8.h"

#include <Poco/UTF8String.h>

#include <algorithm>
#include <array>

namespace psa::events::rules {
namespace {

constexpr std::size_t maxText = 16384;   ///< Bytes of one text.
constexpr std::size_t maxValue = 4096;   ///< Bytes of a value.
constexpr std::size_t maxPattern = 1024; ///< Bytes of a regular expression.

/// What a name in templates is, and cannot be compared.
constexpr std::array onlyInTemplates{"startedAt", "at", "links", "labels", "companyName", "episode.count"};

constexpr std::string_view spaces = " \t\r\n";
/// Characters that a name without quotes cannot have.
constexpr std::string_view reserved = " \t\r\n{}!=~,\\\"'`";

constexpr std::array<std::pair<std::string_view, Matcher::Operator>, 4> operators{{
    {"=~", Matcher::Operator::matches},
    {"!~", Matcher::Operator::notMatches},
    {"!=", Matcher::Operator::notEqual},
    {"=", Matcher::Operator::equal},
}};

bool isPattern(Matcher::Operator comparison)
{
    return comparison == Matcher::Operator::matches || comparison == Matcher::Operator::notMatches;
}

/// In double quotes, as the scanner reads it.
std::string inQuotes(const std::string &text)
{
    std::string result = "\"";
    for (const char c : text)
        if (c == '\n')
            result += "\\n";
        else
            result += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    return result + '"';
}

bool isPlain(std::string_view text)
{
    return !text.empty() && text.find_first_of(reserved) == std::string_view::npos;
}

/// The only values that a field can have; empty = any.
std::vector<std::string> valuesOf(ValueName::Field field)
{
    std::vector<std::string> values;
    if (field == ValueName::Field::severity)
        for (int i = 0; i <= static_cast<int>(Severity::critical); ++i)
            values.emplace_back(toText(static_cast<Severity>(i)));
    if (field == ValueName::Field::kind)
        for (int i = 0; i <= static_cast<int>(EventKind::other); ++i)
            values.emplace_back(toText(static_cast<EventKind>(i)));
    return values;
}

/// Whether `name`, which is no field, is so much like one that a label of this name is not likely to be meant.
bool resemblesField(const std::string &name)
{
    constexpr std::size_t shortest = 5;
    if (name.starts_with("customer.") || name.starts_with("device.") || name.starts_with("labels.") ||
        std::find(onlyInTemplates.begin(), onlyInTemplates.end(), name) != onlyInTemplates.end())
        return true;
    const std::string lower = Poco::UTF8::toLower(name);
    return std::any_of(ValueName::fields().begin(), ValueName::fields().end(), [&](const std::string &field) {
        return Poco::UTF8::toLower(field) == lower || (name.size() >= shortest && json::editDistance(name, field) == 1);
    });
}

std::string shown(std::string_view value)
{
    if (isPlain(value) && value.size() <= 60)
        return '=' + std::string(value);
    return value.empty() ? " (not set)" : '=' + quoted(std::string(value));
}

} // namespace

/// Reads matchers from a text.
class MatcherScanner
{
public:
    explicit MatcherScanner(std::string_view text) : text_(text) {}

    std::vector<Matcher> list()
    {
        if (text_.size() > maxText)
            throw MatcherInvalid("has more than " + std::to_string(maxText) + " bytes");
        if (const std::size_t bad = json::findInvalidUtf8(text_); bad != std::string_view::npos)
            throw MatcherInvalid("is not valid UTF-8");
        std::vector<Matcher> matchers;
        skipSpaces();
        braces_ = take("{");
        for (skipSpaces(); !atEnd(); skipSpaces())
        {
            matchers.push_back(matcher());
            skipSpaces();
            if (!take(","))
                break;
        }
        if (braces_ && !take("}"))
            expected(matchers.empty() ? "a matcher or }" : "a comma or }");
        skipSpaces();
        if (at_ != text_.size())
            expected("a comma or the end");
        if (matchers.empty())
            throw MatcherInvalid("has no matcher; one looks like severity=\"critical\"");
        return matchers;
    }

private:
    bool atEnd() const { return at_ == text_.size() || (braces_ && text_[at_] == '}'); }

    bool take(std::string_view word)
    {
        if (!text_.substr(at_).starts_with(word))
            return false;
        at_ += word.size();
        return true;
    }

    void skipSpaces() { at_ = std::min(text_.find_first_not_of(spaces, at_), text_.size()); }

    [[noreturn]] void fail(std::size_t at, const std::string &problem) const
    {
        const std::string_view before = text_.substr(0, at);
        const auto characters = std::count_if(before.begin(), before.end(),
                                              [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
        throw MatcherInvalid("is not a matcher: at character " + std::to_string(characters + 1) + ", " + problem);
    }

    [[noreturn]] void expected(const std::string &what) const
    {
        fail(at_,
             "expected " + what +
                 (at_ == text_.size() ? ", but the text ends" : ", not " + quoted(std::string(text_.substr(at_, 40)))));
    }

    Matcher matcher()
    {
        const std::size_t start = at_;
        const ValueName name = valueName(start);
        skipSpaces();
        const std::size_t operatorAt = at_;
        const Matcher::Operator comparison = takeOperator();
        skipSpaces();
        if (comparison == Matcher::Operator::equal && take("="))
            fail(operatorAt, "== is not an operator; for \"equals\" write =");
        const std::size_t valueAt = at_;
        std::string value = takeValue();
        if (value.size() > maxValue)
            fail(valueAt, "the value has more than " + std::to_string(maxValue) + " bytes");
        try
        {
            return {name, comparison, std::move(value)};
        }
        catch (const std::runtime_error &error)
        {
            fail(valueAt, error.what());
        }
    }

    Matcher::Operator takeOperator()
    {
        for (const auto &[text, comparison] : operators)
            if (take(text))
                return comparison;
        expected("one of the operators = != =~ !~");
    }

    ValueName valueName(std::size_t start)
    {
        std::string name;
        const bool isQuoted = take("\"");
        if (isQuoted)
            name = quotedText(start);
        else
        {
            const std::size_t end = std::min(text_.find_first_of(reserved, at_), text_.size());
            name = text_.substr(at_, end - at_);
            at_ = end;
        }
        if (name.empty() && isQuoted)
            fail(start, "the name is empty");
        if (name.empty())
            expected("a name such as severity or labels.team");
        if (name.size() > maxPattern)
            fail(start, "the name has more than " + std::to_string(maxPattern) + " bytes");
        if (const auto known = ValueName::find(name))
            return *known;
        if (resemblesField(name))
            fail(start, quoted(name) + " is not a field that can be compared." +
                            json::similarText(name, ValueName::fields()) + " For a label of this name, write labels." +
                            name);
        return ValueName::ofLabel(name);
    }

    std::string takeValue()
    {
        const std::size_t start = at_;
        if (take("\""))
            return quotedText(start);
        const std::size_t end = std::min(text_.find_first_of(braces_ ? ",}" : ",", at_), text_.size());
        std::string_view bare = text_.substr(at_, end - at_);
        bare = bare.substr(0, bare.find_last_not_of(spaces) + 1);
        if (bare.empty())
            expected("a value, or \"\" for a value that is not set");
        const std::size_t wrong = bare.find_first_of("\"'`{}");
        if (wrong != std::string_view::npos || std::string_view("=~!").find(bare.front()) != std::string_view::npos)
            fail(at_ + (wrong == std::string_view::npos ? 0 : wrong),
                 "a value with quotes or braces, or that starts with = ~ or !, must be in double quotes");
        at_ = end;
        return unescaped(bare);
    }

    /// What is between the quote at `start`, which was taken, and the next one.
    std::string quotedText(std::size_t start)
    {
        const std::size_t begin = at_;
        while (at_ < text_.size() && text_[at_] != '"')
            at_ += text_[at_] == '\\' ? 2 : 1;
        if (at_ >= text_.size())
        {
            at_ = text_.size();
            fail(start, "a double quote is opened and not closed");
        }
        return unescaped(text_.substr(begin, at_++ - begin));
    }

    static std::string unescaped(std::string_view text)
    {
        std::string result;
        for (std::size_t i = 0; i < text.size(); ++i)
        {
            const char next = i + 1 < text.size() ? text[i + 1] : '\0';
            if (text[i] != '\\' || (next != 'n' && next != '"' && next != '\\'))
            {
                result += text[i];
                continue;
            }
            result += next == 'n' ? '\n' : next;
            ++i;
        }
        return result;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool braces_ = false;
};

Matcher::Matcher(ValueName name, Operator comparison, std::string value)
    : name_(std::move(name)), operator_(comparison), value_(std::move(value))
{
    if (isPattern(operator_))
    {
        if (value_.size() > maxPattern)
            throw std::runtime_error("the pattern has more than " + std::to_string(maxPattern) + " bytes");
        pattern_.emplace(value_, json::SafePattern::Dot::any);
    }
    checkValue();
}

/// Refuses a comparison whose result is the same for every event, such as that of a severity with a word of the source.
void Matcher::checkValue() const
{
    const ValueName::Field field = name_.field();
    const bool isNumber = field == ValueName::Field::repeats || field == ValueName::Field::left;
    if (isNumber && !pattern_ && (value_.empty() || value_.find_first_not_of("0123456789") != std::string::npos))
        throw std::runtime_error(quoted(value_) + " is not a number, and " + name_.text() + " is one");
    const std::vector<std::string> values = valuesOf(field);
    const auto fits = [&](const std::string &value) {
        return pattern_ ? pattern_->matchesWhole(value) : value == value_;
    };
    if (values.empty() || fits("") || std::any_of(values.begin(), values.end(), fits))
        return;
    std::string all;
    for (const std::string &value : values)
        all += (all.empty() ? "" : ", ") + value;
    throw std::runtime_error(quoted(value_) + " is not a " + name_.text() + ", which are " + all +
                             (field == ValueName::Field::severity ? "; the source's own word is severityText" : ""));
}

Matcher Matcher::parse(std::string_view text)
{
    std::vector<Matcher> matchers = MatcherScanner(text).list();
    if (matchers.size() > 1)
        throw MatcherInvalid("has " + std::to_string(matchers.size()) +
                             " matchers; a value with a comma must be in double quotes");
    return std::move(matchers.front());
}

std::vector<Matcher> Matcher::parseList(std::string_view text)
{
    return MatcherScanner(text).list();
}

bool Matcher::holds(const Facts &facts) const
{
    NumberText number;
    const std::string_view value = name_.valueIn(facts, number);
    switch (operator_)
    {
    case Operator::equal:
        return value == value_;
    case Operator::notEqual:
        return value != value_;
    case Operator::matches:
        return pattern_->matchesWhole(value);
    case Operator::notMatches:
        break;
    }
    return !pattern_->matchesWhole(value);
}

std::string Matcher::why(const Facts &facts) const
{
    NumberText number;
    return name_.text() + shown(name_.valueIn(facts, number)) + (holds(facts) ? " matched " : " did not match ") +
           text();
}

std::string Matcher::text() const
{
    const std::string name = name_.text();
    const auto *const found =
        std::find_if(operators.begin(), operators.end(), [this](const auto &each) { return each.second == operator_; });
    return (isPlain(name) ? name : inQuotes(name)) + std::string(found->first) + inQuotes(value_);
}

} // namespace psa::events::rules
