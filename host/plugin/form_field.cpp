#include "host/plugin/form_field.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace psa::plugin {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::array typeNames{"string", "integer", "number", "boolean", "array", "object"};

FieldType typeNamed(const std::string &name)
{
    const auto *const found = std::find(typeNames.begin(), typeNames.end(), name);
    if (found == typeNames.end())
        throw InvalidForm("the type \"" + name + "\" does not exist");
    return static_cast<FieldType>(found - typeNames.begin());
}

const char *article(FieldType type)
{
    const std::array<const char *, 6> texts{"a string",      "a whole number", "a number",
                                            "true or false", "a list",         "a list of names and values"};
    return texts[static_cast<std::size_t>(type)];
}

/// Poco treats a bool as a number.
bool isNumber(const Var &value)
{
    return value.isNumeric() && !value.isBoolean() && !value.isString();
}

bool isType(const Var &value, FieldType type)
{
    if (value.isEmpty())
        return false;
    switch (type)
    {
    case FieldType::string:
        return value.isString();
    case FieldType::integer:
        return isNumber(value) && value.isInteger();
    case FieldType::number:
        return isNumber(value);
    case FieldType::boolean:
        return value.isBoolean();
    case FieldType::list:
        return value.type() == typeid(Array::Ptr);
    case FieldType::map:
        return value.type() == typeid(Object::Ptr);
    }
    return false;
}

bool areSame(const Var &one, const Var &other)
{
    if (one.isString() || other.isString())
        return one.isString() && other.isString() && one.extract<std::string>() == other.extract<std::string>();
    if (one.isBoolean() || other.isBoolean())
        return one.isBoolean() && other.isBoolean() && one.convert<bool>() == other.convert<bool>();
    if (one.isInteger() && other.isInteger())
        return one.convert<std::string>() == other.convert<std::string>(); // signed or unsigned, all 64 bits
    return one.convert<double>() == other.convert<double>();
}

std::string numberText(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::string listedValues(const std::vector<Var> &values)
{
    constexpr std::size_t most = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(values.size(), most); ++i)
        text += (i == 0 ? "" : ", ") + values[i].convert<std::string>();
    return values.size() <= most ? text : text + " and " + std::to_string(values.size() - most) + " more";
}

std::string textIn(const Object &json, const char *key)
{
    return json.has(key) ? json.getValue<std::string>(key) : std::string();
}

template <class T>
void readInto(T &value, const Object &json, const char *key)
{
    if (json.has(key))
        value =
            json.getValue<typename std::conditional<std::is_same_v<T, std::optional<double>>, double, T>::type>(key);
}

} // namespace

const char *nameOf(FieldType type)
{
    return typeNames.at(static_cast<std::size_t>(type));
}

FormField::FormField(std::string fieldName, const Object &json)
    : name(std::move(fieldName)), title(textIn(json, "title")), description(textIn(json, "description")),
      type(typeNamed(textIn(json, "type"))), placeholder(textIn(json, "placeholder")),
      blankMeans(textIn(json, "blankMeans")), choices(textIn(json, "choices"))
{
    try
    {
        readRules(json);
        checkSense();
    }
    catch (const std::exception &error)
    {
        throw InvalidForm("field \"" + name + "\": " + error.what());
    }
}

void FormField::readRules(const Object &json)
{
    readInto(secret, json, "secret");
    readInto(multiline, json, "multiline");
    readInto(minimum, json, "minimum");
    readInto(maximum, json, "maximum");
    readInto(order, json, "order");
    text = json::TextRules(json, defaultMaxLength);
    if (json.has("enum"))
        for (const Var &value : *json.getArray("enum"))
            allowed.push_back(value);
    if (json.has("dependsOn"))
        for (const Var &value : *json.getArray("dependsOn"))
            dependsOn.push_back(value.convert<std::string>());
    const char *const itemsKey = type == FieldType::list ? "items" : "additionalProperties";
    const Object::Ptr items = json.getObject(itemsKey);
    if (items)
        itemType = typeNamed(textIn(*items, "type"));
    itemText = json::TextRules(items ? *items : Object(), defaultMaxLength);
    if (json.has("default"))
        defaultValue = json.get("default");
    if (json.has("default") && json::isBlank(defaultValue))
        throw InvalidForm("its default is blank; leave it out");
}

void FormField::checkSense() const
{
    if (text.minLength > text.maxLength)
        throw InvalidForm("minLength " + std::to_string(text.minLength) + " is above maxLength " +
                          std::to_string(text.maxLength));
    if (minimum && maximum && *minimum > *maximum)
        throw InvalidForm("minimum " + numberText(*minimum) + " is above maximum " + numberText(*maximum));
    if (!text.pattern.empty() && type != FieldType::string)
        throw InvalidForm("a pattern is allowed only for strings");
    if (!allowed.empty() && (type == FieldType::list || type == FieldType::map))
        throw InvalidForm("enum is not allowed for lists");
    for (const Var &value : allowed)
        if (!isType(value, type))
            throw InvalidForm(std::string("enum holds a value that is not ") + article(type));
    if (secret && !defaultValue.isEmpty())
        throw InvalidForm("a secret must not have a default");
    if (defaultValue.isEmpty())
        return;
    if (const std::string problem = problemOf(defaultValue); !problem.empty())
        throw InvalidForm("its own default " + problem);
}

// Not a JsonSchema: valijson compares integers as doubles, fails for those above 2^63 - 1, and reports what is violated
// as sentences, all at once and in no useful order, instead of by keyword.
std::string FormField::problemOf(const Var &value) const
{
    if (!isType(value, type))
        return std::string("must be ") + article(type);
    std::string problem;
    if (type == FieldType::string)
        problem = text.problemOf(value.extract<std::string>());
    else if (type == FieldType::integer || type == FieldType::number)
        problem = problemOfNumber(value);
    else if (type == FieldType::list || type == FieldType::map)
        problem = problemOfItems(value);
    const auto isValue = [&](const Var &one) { return areSame(one, value); };
    if (problem.empty() && !allowed.empty() && std::none_of(allowed.begin(), allowed.end(), isValue))
        return "must be one of: " + listedValues(allowed);
    return problem;
}

std::string FormField::problemOfNumber(const Var &value) const
{
    const auto number = value.convert<double>();
    if (minimum && number < *minimum)
        return "must be at least " + numberText(*minimum);
    if (maximum && number > *maximum)
        return "must be at most " + numberText(*maximum);
    return {};
}

std::string FormField::problemOfItems(const Var &value) const
{
    std::size_t position = 0;
    if (type == FieldType::list)
        for (const Var &item : *value.extract<Array::Ptr>())
        {
            ++position;
            if (const std::string problem = problemOfItem(item); !problem.empty())
                return "has an item, number " + std::to_string(position) + ", that " + problem;
        }
    else
        for (const auto &[key, item] : *value.extract<Object::Ptr>())
        {
            ++position;
            if (const std::string problem = itemText.problemOf(key); !problem.empty())
                return "has a name that " + problem;
            if (const std::string problem = problemOfItem(item); !problem.empty())
                return "has an entry, number " + std::to_string(position) + ", whose value " + problem;
        }
    return {};
}

std::string FormField::problemOfItem(const Var &item) const
{
    if (itemType && !isType(item, *itemType))
        return std::string("must be ") + article(*itemType);
    if (item.isEmpty() || isType(item, FieldType::list) || isType(item, FieldType::map))
        return "must be a single value";
    return item.isString() ? itemText.problemOf(item.extract<std::string>()) : std::string();
}

} // namespace psa::plugin
