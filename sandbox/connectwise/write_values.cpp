#include "sandbox/connectwise/write_values.h"

#include "sandbox/common/dates.h"
#include "sandbox/common/utf16.h"

#include <Poco/Ascii.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

namespace psa::sandbox::connectwise {
namespace {

std::string modelName(const Field &field)
{
    switch (field.type)
    {
    case FieldType::text:
        return "System.String";
    case FieldType::integer:
        return "System.Nullable`1[System.Int32]";
    case FieldType::real:
        return "System.Nullable`1[System.Decimal]";
    case FieldType::boolean:
        return "System.Nullable`1[System.Boolean]";
    case FieldType::dateTime:
        return "System.Nullable`1[System.DateTime]";
    case FieldType::reference: {
        std::string name = findEntity(field.target)->resource;
        name[0] = static_cast<char>(Poco::Ascii::toUpper(name[0]));
        return "ConnectWise.Apis.v3_0.Models." + name + "Reference";
    }
    default:
        return std::string("ConnectWise.Apis.v3_0.Models.") + field.name;
    }
}

[[noreturn]] void cannotConvert(const Field &field, const Var &value)
{
    throw ApiError{400, "ConnectWiseApi",
                   "Error converting value " + toText(value) + " to type '" + modelName(field) + "'. Path '" +
                       field.name + "'."};
}

Var toNumber(const Field &field, const Var &value)
{
    try
    {
        if (field.type == FieldType::real && !value.isBoolean())
            return value.convert<double>();
        std::int64_t number = 0;
        if (!value.isBoolean() && toInteger(value.toString(), number))
            return number;
    }
    catch (const Poco::Exception &) // A text that is not a number.
    {
    }
    cannotConvert(field, value);
}

Var toBoolean(const Field &field, const Var &value)
{
    if (value.isBoolean())
        return value;
    const std::string text = Poco::toLower(value.toString());
    if (value.isString() && (text == "true" || text == "false"))
        return text == "true";
    cannotConvert(field, value);
}

Var toDate(const Field &field, const Var &value)
{
    std::int64_t date = 0;
    if (!value.isString() || !parseDate(value.toString(), date))
        throw ApiError{400, "ConnectWiseApi",
                       "Could not convert string to DateTime: " + value.toString() + ". Path '" + field.name + "'."};
    return date;
}

/// The word in the service's spelling.
Var toChoice(const Field &field, const Var &value)
{
    for (const std::string &word : Poco::StringTokenizer(field.target, "|"))
        if (value.isString() && equalNoCase(word, value.toString()))
            return word;
    cannotConvert(field, value);
}

Var toType(const Field &field, const Var &value)
{
    const bool isObject = asObject(value);
    const bool isArray = asArray(value);
    const bool takesObject = field.type == FieldType::reference || field.type == FieldType::object;
    if (isObject != takesObject || isArray != (field.type == FieldType::list))
        cannotConvert(field, value);
    switch (field.type)
    {
    case FieldType::text:
        return value.toString();
    case FieldType::boolean:
        return toBoolean(field, value);
    case FieldType::dateTime:
        return toDate(field, value);
    case FieldType::choice:
        return toChoice(field, value);
    case FieldType::reference:
    case FieldType::object:
    case FieldType::list:
        return value;
    default:
        return toNumber(field, value);
    }
}

void checkLength(const Field &field, const Var &value, WriteErrors &errors)
{
    if (field.length != 0 && utf16Length(value.toString()) > static_cast<std::size_t>(field.length))
        errors.add("MaxLengthField",
                   "The field " + std::string(field.name) + " must be a string with a maximum length of " +
                       std::to_string(field.length) + ".",
                   field.name);
}

} // namespace

Var readBody(const std::string &body)
{
    try
    {
        return parseLenient(body);
    }
    catch (const BadJson &)
    {
        throw ApiError{400, "ConnectWiseApi",
                       "Unexpected character encountered while parsing value: " + body.substr(0, 1) + ". Path ''."};
    }
}

Object::Ptr readObject(const std::string &body)
{
    Object::Ptr object = asObject(readBody(body));
    if (!object)
        throw ApiError{400, "ConnectWiseApi", "Cannot deserialize the current JSON: a JSON object is needed. Path ''."};
    return object;
}

Object::Ptr readValues(const Entity &entity, const Object &body, WriteErrors &errors)
{
    Object::Ptr values = newObject();
    for (const Field &field : entity.fields)
    {
        if ((field.flags & readOnly) != 0 || !hasMember(body, field.name))
            continue;
        const Var value = member(body, field.name);
        values->set(field.name, value.isEmpty() ? Var() : toType(field, value));
        if (!value.isEmpty() && field.type == FieldType::text)
            checkLength(field, value, errors);
    }
    return values;
}

void checkRequired(const Entity &entity, const Object &values, WriteErrors &errors)
{
    for (const Field &field : entity.fields)
    {
        const Var value = values.get(field.name);
        const bool blank = value.isEmpty() || (value.isString() && Poco::trim(value.toString()).empty());
        if ((field.flags & required) != 0 && blank)
            errors.add("MissingRequiredField", "The " + std::string(field.name) + " field is required.", field.name);
    }
}

} // namespace psa::sandbox::connectwise
