#include "sandbox/connectwise/condition.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/api_error.h"

#include <Poco/NumberParser.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>
#include <Poco/UTF8String.h>

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

using Kind = Token::Kind;

constexpr int deepest = 50; ///< Of parentheses in each other.

bool isComparison(const Token &token)
{
    return token.kind == Kind::symbol && token.text != "(" && token.text != ")" && token.text != ",";
}

bool isConstant(const Token &token)
{
    return token.isWord("true") || token.isWord("false") || token.isWord("null");
}

std::string shown(const Token &token)
{
    return token.kind == Kind::text ? "\"" + token.text + "\""
                                    : (token.kind == Kind::date ? "[" + token.text + "]" : token.text);
}

const char *typeName(FieldType type)
{
    switch (type)
    {
    case FieldType::text:
        return "String";
    case FieldType::integer:
        return "Integer";
    case FieldType::real:
        return "Decimal";
    case FieldType::boolean:
        return "Boolean";
    case FieldType::dateTime:
        return "DateTime";
    case FieldType::choice:
        return "Enum";
    default:
        return "Reference";
    }
}

bool isWhole(const std::string &text)
{
    std::int64_t number = 0;
    return toInteger(text, number);
}

bool isNumber(const std::string &text)
{
    double number = 0;
    return Poco::NumberParser::tryParseFloat(text, number);
}

bool fitsType(FieldType type, const Token &value)
{
    std::int64_t date = 0;
    switch (type)
    {
    case FieldType::text:
    case FieldType::choice:
        return value.kind == Kind::text;
    case FieldType::integer:
        return value.kind == Kind::number && isWhole(value.text);
    case FieldType::real:
        return value.kind == Kind::number && isNumber(value.text);
    case FieldType::boolean:
        return value.isWord("true") || value.isWord("false");
    case FieldType::dateTime:
        return value.kind == Kind::date && parseDate(value.text, date);
    case FieldType::list: // Of unknown things.
        return value.kind != Kind::number || isNumber(value.text);
    case FieldType::reference:
        return false;
    }
    return false;
}

void checkType(const Place &place, const Token &value)
{
    if (value.isWord("null") && place.type != FieldType::reference)
        return;
    if (!fitsType(place.type, value))
        refuseCondition("the value " + shown(value) + " at position " + std::to_string(value.at) +
                        " is of the wrong type for " + place.name + ", which is of the type " + typeName(place.type));
    if (place.type == FieldType::choice &&
        !Poco::StringTokenizer(Poco::toLower(std::string(place.choices)), "|").has(Poco::toLower(value.text)))
        throw ApiError{400, "ApiFindCondition", "Enum value supplied was invalid"};
}

Var valueOf(const Token &token)
{
    switch (token.kind)
    {
    case Kind::number:
        return Poco::NumberParser::parseFloat(token.text);
    case Kind::date: {
        std::int64_t date = 0;
        parseDate(token.text, date);
        return date;
    }
    case Kind::text:
        return token.text;
    default:
        return token.isWord("true");
    }
}

bool holds(const std::string &op, int order)
{
    if (op == "=" || op == "in")
        return order == 0;
    if (op == "!=")
        return order != 0;
    if (op == "<")
        return order < 0;
    if (op == "<=")
        return order <= 0;
    return op == ">" ? order > 0 : order >= 0;
}

/// `pattern` with % for any text.
bool like(const std::string &text, const std::string &pattern)
{
    const std::size_t first = pattern.find('%');
    if (first == std::string::npos)
        return text == pattern;
    const std::size_t last = pattern.rfind('%');
    const std::string end = pattern.substr(last + 1);
    if (text.size() < first + end.size() || text.compare(0, first, pattern, 0, first) != 0 ||
        text.compare(text.size() - end.size(), std::string::npos, end) != 0)
        return false;
    std::size_t at = first;
    for (const std::string &piece : Poco::StringTokenizer(pattern.substr(first, last - first), "%"))
    {
        at = text.find(piece, at);
        if (at == std::string::npos || at + piece.size() > text.size() - end.size())
            return false;
        at += piece.size();
    }
    return true;
}

} // namespace

/// or, and, comparison: each level reads the next.
class Condition::Parser
{
public:
    Parser(const std::string &text, const FindName &findName) : tokens_(conditionTokens(text)), findName_(findName) {}

    Node whole()
    {
        Node node = joined("or");
        if (now().kind != Kind::end)
            unexpected("\"and\", \"or\" or the end");
        return node;
    }

private:
    const Token &now() const { return tokens_[at_]; }
    Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
    bool skip(const std::string &symbol)
    {
        const bool there = now().isSymbol(symbol);
        at_ += there ? 1 : 0;
        return there;
    }

    [[noreturn]] void unexpected(const std::string &wanted) const
    {
        refuseCondition("at position " + std::to_string(now().at) + " there should be " + wanted +
                        (now().kind == Kind::end ? std::string() : ", not " + shown(now())));
    }

    Node joined(const std::string &word)
    {
        Node node{word};
        do
            node.parts.push_back(word == "or" ? joined("and") : single());
        while (now().isWord(word) && !take().text.empty());
        return node;
    }

    Node single()
    {
        if (!skip("("))
            return comparison();
        if (++depth_ > deepest)
            refuseCondition("there are more than " + std::to_string(deepest) + " parentheses in each other");
        Node node = joined("or");
        --depth_;
        if (!skip(")"))
            unexpected("\")\"");
        return node;
    }

    Node comparison()
    {
        Node node;
        node.place = place();
        if (now().isWord("not"))
        {
            take();
            node.negated = true;
        }
        const Token op = now();
        const bool textual = op.isWord("like") || op.isWord("contains");
        if (!textual && !op.isWord("in") && (!isComparison(op) || node.negated))
            unexpected("an operator such as = or contains");
        take();
        node.op = Poco::toLower(op.text);
        if (textual)
            node.values = {textFor(node)};
        else
            node.values = op.isWord("in") ? list(node.place) : std::vector<Token>{value(node.place)};
        return node;
    }

    Place place()
    {
        if (now().kind != Kind::word || isConstant(now()))
            unexpected("the name of a field");
        const std::string name = take().text;
        const auto found = findName_(name);
        if (!found)
            throw ApiError{400, "ApiFindCondition", name + " is not a recognized name."};
        return *found;
    }

    Token value(const Place &place)
    {
        if (now().kind == Kind::end || now().kind == Kind::symbol || (now().kind == Kind::word && !isConstant(now())))
            unexpected("a value");
        checkType(place, now());
        return take();
    }

    Token textFor(const Node &node)
    {
        const bool textual = node.place.type == FieldType::text || node.place.type == FieldType::list;
        if (!textual)
            refuseCondition("the operator " + node.op + " is for texts, and " + node.place.name + " is of the type " +
                            typeName(node.place.type));
        if (now().kind != Kind::text)
            unexpected("a text in quotes");
        return take();
    }

    std::vector<Token> list(const Place &place)
    {
        if (!skip("("))
            unexpected("a list in parentheses");
        std::vector<Token> values;
        do
            values.push_back(value(place));
        while (skip(","));
        if (!skip(")"))
            unexpected("\")\"");
        return values;
    }

    const std::vector<Token> tokens_;
    const FindName &findName_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

Condition::Condition(const std::string &text, const FindName &findName)
{
    if (Poco::trim(text).empty())
        root_.op = "and";
    else
        root_ = Parser(text, findName).whole();
}

bool Condition::matches(const Node &node, const ValueAt &valueAt)
{
    const auto part = [&](const Node &inner) { return matches(inner, valueAt); };
    if (node.op == "and")
        return std::all_of(node.parts.begin(), node.parts.end(), part);
    if (node.op == "or")
        return std::any_of(node.parts.begin(), node.parts.end(), part);
    const Var actual = valueAt(node.place);
    if (node.values.front().isWord("null"))
        return (node.op == "=" && actual.isEmpty()) || (node.op == "!=" && !actual.isEmpty());
    // As in SQL: nothing compares with what is not there.
    return !actual.isEmpty() && compares(node, actual) != node.negated;
}

bool Condition::compares(const Node &node, const Var &actual)
{
    if (node.op == "like" || node.op == "contains")
    {
        const std::string text = Poco::UTF8::toLower(actual.toString());
        const std::string wanted = Poco::UTF8::toLower(node.values.front().text);
        return node.op == "like" ? like(text, wanted) : text.find(wanted) != std::string::npos;
    }
    return std::any_of(node.values.begin(), node.values.end(),
                       [&](const Token &wanted) { return holds(node.op, compareValues(actual, valueOf(wanted))); });
}

int compareValues(const Var &a, const Var &b)
{
    if (a.isEmpty() || b.isEmpty())
        return static_cast<int>(b.isEmpty()) - static_cast<int>(a.isEmpty());
    if (a.isString() || b.isString())
        return Poco::UTF8::icompare(a.toString(), b.toString());
    const auto first = a.convert<double>();
    const auto second = b.convert<double>();
    return first < second ? -1 : (second < first ? 1 : 0);
}

} // namespace psa::sandbox::connectwise
