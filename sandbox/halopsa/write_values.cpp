#include "sandbox/halopsa/write_values.h"

#include "sandbox/common/dates.h"

#include <limits>

namespace psa::sandbox::halopsa {
namespace {

[[noreturn]] void cannotConvert(const std::string &message)
{
    throw ApiError{400, message, "Newtonsoft.Json.JsonReaderException"};
}

[[noreturn]] void wrongBody(const std::string &wanted)
{
    throw ApiError{400, "Cannot deserialize the current JSON: the type requires a JSON " + wanted + ". Path ''.",
                   "Newtonsoft.Json.JsonSerializationException"};
}

Var readBody(const std::string &body)
{
    try
    {
        return parseJson(body);
    }
    catch (const BadJson &)
    {
        cannotConvert("Unexpected character encountered while parsing value: " + body.substr(0, 1) +
                      ". Path '', line 1, position 1.");
    }
}

std::int64_t readDate(const std::string &name, const Var &value)
{
    std::int64_t date = 0;
    if (!value.isString() || !parseDate(value.toString(), date))
        cannotConvert("Could not convert string to DateTime: " + value.toString() + ". Path '[0]." + name + "'.");
    return date;
}

Var readField(const Field &field, const Var &value)
{
    switch (field.type)
    {
    case FieldType::text:
        return readText(field.name, value);
    case FieldType::dateTime:
        return readDate(field.name, value);
    case FieldType::list:
        if (!asArray(value))
            wrongBody("array");
        return value;
    default:
        return readInteger(field.name, value);
    }
}

} // namespace

std::vector<Object::Ptr> readArray(const std::string &body)
{
    const Array::Ptr array = asArray(readBody(body));
    if (!array)
        wrongBody("array");
    std::vector<Object::Ptr> all;
    for (unsigned i = 0; i < array->size(); ++i)
    {
        all.push_back(array->getObject(i));
        if (!all.back())
            wrongBody("object");
    }
    return all;
}

Object::Ptr readOne(const std::string &body)
{
    Object::Ptr object = asObject(readBody(body));
    if (!object)
        wrongBody("object");
    return object;
}

std::int64_t readInteger(const std::string &name, const Var &value)
{
    const std::string at = " Path '[0]." + name + "'.";
    std::int64_t number = 0;
    const bool real = value.isNumeric() && !value.isInteger();
    if (value.isBoolean() || real || asObject(value) || asArray(value) || !toInteger(value.toString(), number))
        cannotConvert(value.isString() ? "Could not convert string to integer: " + value.toString() + "." + at
                                       : "Input string '" + toText(value) + "' is not a valid integer." + at);
    if (number > std::numeric_limits<std::int32_t>::max() || number < std::numeric_limits<std::int32_t>::min())
        cannotConvert("JSON integer " + value.toString() + " is too large or small for an Int32." + at);
    return number;
}

std::int64_t integerIn(const Object &body, const std::string &name, std::int64_t standard)
{
    const Var value = member(body, name);
    return value.isEmpty() ? standard : readInteger(name, value);
}

std::string readText(const std::string &name, const Var &value)
{
    if (asObject(value) || asArray(value))
        cannotConvert("Error reading string. Unexpected token. Path '[0]." + name + "'.");
    return value.toString();
}

std::string textMember(const Object &body, const std::string &name)
{
    const Var value = member(body, name);
    return value.isEmpty() ? std::string() : readText(name, value);
}

Var booleanIn(const Object &body, const std::string &name)
{
    const Var value = member(body, name);
    if (value.isEmpty() || value.isBoolean())
        return value;
    const std::string text = value.toString();
    if (!equalNoCase(text, "true") && !equalNoCase(text, "false"))
        cannotConvert("Could not convert string to boolean: " + text + ". Path '[0]." + name + "'.");
    return equalNoCase(text, "true");
}

Object::Ptr readTicketValues(const Object &body)
{
    Object::Ptr values = newObject();
    for (const Field &field : ticketFields)
        if (const Var value = member(body, field.name); !value.isEmpty())
            values->set(field.name, readField(field, value));
    if (isSet(*values, "details_html") && !isSet(*values, "details"))
        values->set("details", withoutTags(values->get("details_html").toString()));
    return values;
}

std::string withoutTags(const std::string &html)
{
    std::string text;
    bool inside = false;
    for (const char c : html)
    {
        inside = inside || c == '<';
        if (!inside)
            text += c;
        inside = inside && c != '>';
    }
    return text;
}

} // namespace psa::sandbox::halopsa
