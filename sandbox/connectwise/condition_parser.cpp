#include "sandbox/connectwise/condition_parser.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/api_error.h"

#include <Poco/NumberParser.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

namespace psa::sandbox::connectwise {
namespace {

using Kind = Token::Kind;

constexpr int deepest = 50; ///< Maximum depth of nested parentheses.

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
    case FieldType::list: // with unknown elements
        return value.kind != Kind::number || isNumber(value.text);
    case FieldType::reference:
    case FieldType::object:
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

/// or, and, comparison: each level parses the next.
class Parser
{
public:
    Parser(const std::string &text, const FindName &findName) : tokens_(conditionTokens(text)), findName_(findName) {}

    ConditionNode whole()
    {
        ConditionNode node = joined("or");
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

    ConditionNode joined(const std::string &word)
    {
        ConditionNode node{word};
        do
            node.parts.push_back(word == "or" ? joined("and") : single());
        while (now().isWord(word) && !take().text.empty());
        return node;
    }

    ConditionNode single()
    {
        if (!skip("("))
            return comparison();
        if (++depth_ > deepest)
            refuseCondition("there are more than " + std::to_string(deepest) + " nested parentheses");
        ConditionNode node = joined("or");
        --depth_;
        if (!skip(")"))
            unexpected("\")\"");
        return node;
    }

    ConditionNode comparison()
    {
        ConditionNode node;
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

    Token textFor(const ConditionNode &node)
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

} // namespace

ConditionNode parseCondition(const std::string &text, const FindName &findName)
{
    return Parser(text, findName).whole();
}

} // namespace psa::sandbox::connectwise
