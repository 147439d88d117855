#include "sandbox/autotask/write_values.h"

#include "sandbox/common/dates.h"
#include "sandbox/common/utf16.h"

namespace psa::sandbox::autotask {
namespace {

[[noreturn]] void cannotConvert(const Field &field, const Var &value)
{
    throw ApiError{{"Could not convert string to " + std::string(dataType(field.type)) + ": " + value.toString() +
                    ". Path '" + field.name + "'."}};
}

Var toNumber(const Field &field, const Var &value)
{
    try
    {
        if (field.type == FieldType::real)
            return value.convert<double>();
        std::int64_t number = 0;
        if (value.isBoolean() || !toInteger(value.toString(), number))
            cannotConvert(field, value);
        return number;
    }
    catch (const Poco::Exception &)
    {
        cannotConvert(field, value);
    }
}

Var toType(const Field &field, const Var &value)
{
    switch (field.type)
    {
    case FieldType::text:
        return value.toString();
    case FieldType::boolean:
        if (!value.isBoolean())
            cannotConvert(field, value);
        return value;
    case FieldType::dateTime: {
        std::int64_t date = 0;
        if (!parseDate(value.toString(), date))
            cannotConvert(field, value);
        return date;
    }
    default:
        return toNumber(field, value);
    }
}

/// Lengths are in UTF-16 units, as in .NET.
Var fitted(const Core &core, const Field &field, const Var &value, WriteErrors &errors)
{
    if (field.type != FieldType::text || field.length == 0)
        return value;
    const std::string text = value.toString();
    if (utf16Length(text) <= static_cast<std::size_t>(field.length))
        return value;
    if (core.switches.is("ticket.overLength", "reject"))
        errors.add("The " + std::string(field.name) + " exceeds the maximum length of " + std::to_string(field.length) +
                   " characters.");
    return utf16Prefix(text, static_cast<std::size_t>(field.length));
}

/// The value of a user-defined field, which is always a string.
void checkUserDefined(const Object &field, const Var &value)
{
    const auto name = field.getValue<std::string>("name");
    const std::string type = field.optValue<std::string>("type", "string");
    const FieldType kind = type == "double" ? FieldType::real : FieldType::dateTime;
    if (type != "string")
        toType({name.c_str(), kind}, value);
}

Var userDefined(const Core &core, const Object &body, WriteErrors &errors)
{
    const Array::Ptr list = arrayIn(body, "userDefinedFields");
    Object::Ptr values = newObject();
    for (unsigned i = 0; list && i < list->size(); ++i)
    {
        Object::Ptr entry = asObject(list->get(i));
        Object::Ptr field = entry ? core.tenant.userDefinedField(member(*entry, "name").toString()) : Object::Ptr();
        const Var value = entry ? member(*entry, "value") : Var();
        if (!field || value.isEmpty())
            continue;
        checkUserDefined(*field, value);
        const auto name = field->getValue<std::string>("name");
        const Array::Ptr options = field->getArray("picklistValues");
        bool known = !options;
        for (unsigned at = 0; options && at < options->size(); ++at)
            known = known || options->getObject(at)->getValue<std::string>("value") == value.toString();
        if (!known)
            errors.badPickList(name, value.toString());
        values->set(name, value.toString());
    }
    return values;
}

} // namespace

std::int64_t integer(const Object &values, const std::string &name)
{
    return values.get(name).convert<std::int64_t>();
}

Object::Ptr readBody(const std::string &body)
{
    try
    {
        Object::Ptr object = asObject(parseLenient(body));
        if (object)
            return object;
    }
    catch (const BadJson &) // reported below, in the wording of the service's own parser
    {
    }
    throw ApiError{{"Unexpected character encountered while parsing value: " + body.substr(0, 1) + "."}};
}

Object::Ptr readValues(const Core &core, const Entity &entity, const Object &body, WriteErrors &errors)
{
    Object::Ptr values = newObject();
    for (const Field &field : entity.fields)
    {
        if (!hasMember(body, field.name))
            continue;
        const Var value = member(body, field.name);
        if ((field.flags & readOnly) != 0)
        {
            if (core.switches.is("ticket.readOnly", "reject") && std::string(field.name) != "id")
                errors.add("The field " + std::string(field.name) + " is read only.");
            continue;
        }
        values->set(field.name, value.isEmpty() ? Var() : fitted(core, field, toType(field, value), errors));
    }
    if (entity.is(extensible) && hasMember(body, "userDefinedFields"))
        values->set("userDefinedFields", userDefined(core, body, errors));
    return values;
}

void checkPickLists(const Core &core, const Entity &entity, const Object &values, WriteErrors &errors)
{
    const bool activeOnly = core.switches.is("ticket.inactiveValue", "reject");
    for (const Field &field : entity.fields)
    {
        if ((field.flags & pickList) == 0 || !isSet(values, field.name))
            continue;
        const std::int64_t id = integer(values, field.name);
        Object::Ptr value = core.tenant.pickListValue(entity.name, field.name, id);
        bool good = value && (value->optValue("isActive", true) || !activeOnly);
        if (good && value->has("parentValue")) // Only subIssueType has a parent.
            good = isSet(values, "issueType") &&
                   std::to_string(integer(values, "issueType")) == value->getValue<std::string>("parentValue");
        if (!good)
            errors.badPickList(field.name, std::to_string(id));
    }
}

void checkRequired(const Entity &entity, const Object &values, WriteErrors &errors)
{
    for (const Field &field : entity.fields)
    {
        const Var value = values.get(field.name);
        if ((field.flags & required) != 0 && (value.isEmpty() || value.toString().empty()))
            errors.missing(field.name);
    }
}

void apply(const Object &values, Object &row)
{
    for (const auto &[name, value] : values)
    {
        if (value.isEmpty())
            row.remove(name);
        else
            row.set(name, value);
    }
}

} // namespace psa::sandbox::autotask
