#include "sandbox/autotask/query.h"

#include "sandbox/autotask/api_error.h"
#include "sandbox/common/dates.h"

#include <Poco/String.h>
#include <Poco/UTF8String.h>

#include <algorithm>

namespace psa::sandbox::autotask {
namespace {

constexpr std::size_t maxOrConditions = 500;

const std::vector<std::string> operators = {"eq",       "noteq",    "gt",    "gte",      "lt", "lte",  "beginsWith",
                                            "endsWith", "contains", "exist", "notExist", "in", "notIn"};

bool isKnown(const std::string &op)
{
    return std::find(operators.begin(), operators.end(), op) != operators.end();
}

bool isNumber(FieldType type)
{
    return type == FieldType::integer || type == FieldType::longInteger || type == FieldType::real;
}

[[noreturn]] void cannotParse(const Var &value)
{
    throw ApiError{{"Unexpected character encountered while parsing value: " + toText(value).substr(0, 1) + "."}};
}

/// Less than, equal, greater as -1, 0, 1.
template <typename T>
int order(const T &a, const T &b)
{
    return a < b ? -1 : (b < a ? 1 : 0);
}

bool holds(const std::string &op, int order)
{
    if (op == "eq" || op == "in")
        return order == 0;
    if (op == "noteq" || op == "notIn")
        return order != 0;
    if (op == "gt")
        return order > 0;
    if (op == "gte")
        return order >= 0;
    if (op == "lt")
        return order < 0;
    return op == "lte" && order <= 0;
}

bool textHolds(const std::string &op, const std::string &actual, const std::string &wanted)
{
    const auto at = actual.find(wanted);
    if (op == "contains")
        return at != std::string::npos;
    if (op == "beginsWith")
        return at == 0;
    if (op == "endsWith")
        return actual.size() >= wanted.size() &&
               actual.compare(actual.size() - wanted.size(), std::string::npos, wanted) == 0;
    return holds(op, order(actual, wanted));
}

} // namespace

bool isQueryable(const Entity &entity, const Field &field, const Switches &switches)
{
    if (std::string(entity.name) == "TicketNotes" && std::string(field.name) == "description")
        return switches.on("note.descriptionQueryable");
    return (field.flags & notQueryable) == 0;
}

Filter::Filter(const Entity &entity, const Tenant &tenant, const Switches &switches, const Array &conditions)
    : entity_(entity), tenant_(tenant), switches_(switches), caseMatters_(switches.is("query.textCase", "sensitive"))
{
    root_.op = switches.text("query.topLevel");
    root_.items = readAll(conditions, root_.op == "or");
}

std::vector<Filter::Condition> Filter::readAll(const Array &array, bool inOr)
{
    std::vector<Condition> all;
    for (const Var &item : array)
    {
        Object::Ptr object = asObject(item);
        if (!object)
            cannotParse(item);
        Condition condition;
        if (read(*object, inOr, condition))
            all.push_back(std::move(condition));
    }
    return all;
}

/// False if the service ignores the condition.
bool Filter::read(const Object &object, bool inOr, Condition &into)
{
    into.op = member(object, "op").toString();
    if (into.op == "and" || into.op == "or")
    {
        const Array::Ptr items = arrayIn(object, "items");
        into.items = items ? readAll(*items, into.op == "or") : std::vector<Condition>();
        return !into.items.empty();
    }
    if (!isKnown(into.op))
        return false;
    readField(object, into);
    into.value = member(object, "value");
    const Array::Ptr list = asArray(into.value);
    if ((into.op == "in" || into.op == "notIn"))
    {
        if (!list)
            cannotParse(into.value);
        count(list->size());
    }
    else if (inOr)
        count(1);
    checkValue(into);
    return true;
}

void Filter::readField(const Object &object, Condition &into)
{
    const std::string name = member(object, "field").toString();
    const Var udf = member(object, "udf");
    if (udf.isBoolean() && udf.convert<bool>())
    {
        if (++userDefined_ > 1)
            throw ApiError{{"Invalid query syntax. Queries are limited to 1 user defined field."}};
        if (Object::Ptr field = tenant_.userDefinedField(name))
            into.userDefined = field->getValue<std::string>("name");
    }
    else
        into.field = entity_.field(name);
    if (into.userDefined.empty() && (into.field == nullptr || !isQueryable(entity_, *into.field, switches_)))
        throw ApiError{{"Unable to find " + name + " in the " + entity_.soapName() + " Entity"}};
}

void Filter::checkValue(const Condition &condition)
{
    if (condition.field == nullptr || condition.value.isEmpty())
        return;
    if (isNumber(condition.field->type) && condition.value.isBoolean())
        cannotParse(condition.value);
}

void Filter::count(std::size_t conditions)
{
    orConditions_ += conditions;
    if (orConditions_ > maxOrConditions)
        throw ApiError{{"Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions."}};
}

bool Filter::matches(const Object &values) const
{
    return matches(root_, values);
}

bool Filter::matches(const Condition &condition, const Object &values) const
{
    const auto one = [&](const Condition &item) { return matches(item, values); };
    if (condition.op == "or" && !condition.items.empty())
        return std::any_of(condition.items.begin(), condition.items.end(), one);
    if (condition.op == "and" || condition.op == "or")
        return std::all_of(condition.items.begin(), condition.items.end(), one);

    Var actual;
    if (condition.field != nullptr)
        actual = values.get(condition.field->name);
    else if (Object::Ptr set = values.getObject("userDefinedFields"))
        actual = set->get(condition.userDefined);
    if (condition.op == "exist" || condition.op == "notExist")
        return actual.isEmpty() == (condition.op == "notExist");
    if (actual.isEmpty()) // As in SQL: comparisons with a missing value are false.
        return false;
    const Array::Ptr list = asArray(condition.value);
    if (!list)
        return !condition.value.isEmpty() && compare(condition, actual, condition.value);
    const auto compared = [&](const Var &wanted) { return !wanted.isEmpty() && compare(condition, actual, wanted); };
    return condition.op == "in" ? std::any_of(list->begin(), list->end(), compared)
                                : std::all_of(list->begin(), list->end(), compared);
}

bool Filter::compare(const Condition &condition, const Var &actual, const Var &wanted) const
{
    const FieldType type = condition.field == nullptr ? FieldType::text : condition.field->type;
    if (type == FieldType::text)
    {
        if (caseMatters_)
            return textHolds(condition.op, actual.toString(), wanted.toString());
        return textHolds(condition.op, Poco::UTF8::toLower(actual.toString()), Poco::UTF8::toLower(wanted.toString()));
    }
    if (type == FieldType::dateTime)
    {
        std::int64_t date = 0;
        return parseDate(wanted.toString(), date) && holds(condition.op, order(actual.convert<std::int64_t>(), date));
    }
    if (type == FieldType::boolean)
        return holds(condition.op, order<int>(actual.convert<bool>(), wanted.toString() == "true"));
    if (type == FieldType::longInteger && wanted.isString())
        return false; // A string never equals an id; the service reports nothing.
    double number = 0;
    if (!wanted.isNumeric() && !wanted.isString())
        return false;
    try
    {
        number = wanted.convert<double>();
    }
    catch (const Poco::Exception &)
    {
        return false; // A string that is not a number, compared with a number.
    }
    return holds(condition.op, order(actual.convert<double>(), number));
}

} // namespace psa::sandbox::autotask
