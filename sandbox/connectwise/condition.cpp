#include "sandbox/connectwise/condition.h"

#include "sandbox/common/dates.h"

#include <Poco/NumberParser.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>
#include <Poco/UTF8String.h>

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

using Kind = Token::Kind;

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

/// In `pattern`, % matches any text.
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

Condition::Condition(const std::string &text, const FindName &findName)
{
    if (Poco::trim(text).empty())
        root_.op = "and";
    else
        root_ = parseCondition(text, findName);
}

bool Condition::matches(const ConditionNode &node, const ValueAt &valueAt)
{
    const auto part = [&](const ConditionNode &inner) { return matches(inner, valueAt); };
    if (node.op == "and")
        return std::all_of(node.parts.begin(), node.parts.end(), part);
    if (node.op == "or")
        return std::any_of(node.parts.begin(), node.parts.end(), part);
    const Var actual = valueAt(node.place);
    if (node.values.front().isWord("null"))
        return (node.op == "=" && actual.isEmpty()) || (node.op == "!=" && !actual.isEmpty());
    // As in SQL: comparisons with a missing value are false.
    return !actual.isEmpty() && compares(node, actual) != node.negated;
}

bool Condition::compares(const ConditionNode &node, const Var &actual)
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
