#include "ticket_mapping.h"

#include "api_error.h"
#include "ticket_names.h"

#include "common/text.h"
#include "common/typed_values.h"

#include <algorithm>

namespace psa::plugins::autotask {
namespace {

constexpr const char *ticketField = "userDefinedFields";

std::string knownNames(const Metadata &metadata)
{
    std::string names;
    for (const FieldInfo &field : metadata.fields())
        names += (names.empty() ? "" : ", ") + oneLine(field.name);
    return names.empty() ? "(none)" : clip(names, 1000).text;
}

const FieldInfo &fieldOf(const Metadata &metadata, const std::string &name)
{
    const FieldInfo *field = metadata.find(name);
    if (field == nullptr)
        throw invalidField(ticketField, "Autotask has no user-defined ticket field \"" + oneLine(name) + "\".",
                           "Use one of: " + knownNames(metadata) + ".");
    if (field->readOnly)
        throw invalidField(ticketField, "The user-defined field \"" + field->name + "\" is read-only in Autotask.",
                           "Leave it out.");
    return *field;
}

/// Autotask's type names: "string", "datetime", "double" and the like.
ValueType typeOf(const FieldInfo &field)
{
    const auto isAny = [&](std::initializer_list<const char *> parts) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const char *part) { return field.type.find(part) != std::string::npos; });
    };
    if (isAny({"date"}))
        return ValueType::date;
    return isAny({"int", "long", "short", "double", "decimal", "float", "num"}) ? ValueType::number : ValueType::text;
}

/// Autotask takes every value as a string, whose content must match the type.
std::string textFor(const FieldInfo &field, const std::string &given, std::vector<psa::Warning> &warnings)
{
    const ValueType type = typeOf(field);
    const auto value = typedValue(type, given, ticketField, "The user-defined field \"" + field.name + "\"");
    if (type == ValueType::number)
        return std::string(trim(given));
    const std::string written = textOf(value);
    const Clipped text = clip(written, field.length == 0 ? written.size() : field.length);
    if (text.clipped)
        warnings.push_back({"The user-defined field \"" + field.name + "\" holds " + std::to_string(field.length) +
                                " characters; its value was truncated.",
                            ticketField});
    return text.text;
}

/// A value of a list is sent as its value, whether its value or its label was given.
std::string valueOf(const FieldInfo &field, const std::string &given, std::vector<psa::Warning> &warnings)
{
    if (field.values.empty())
        return textFor(field, given, warnings);
    TicketName name;
    name.ours = ticketField;
    name.title = field.name.c_str();
    return choosePickValue(thePsa, name, field.values, given).id;
}

} // namespace

Array::Ptr mapUserDefinedFields(const Object &values, const Metadata &metadata, std::vector<psa::Warning> &warnings)
{
    Array::Ptr mapped = new Array;
    for (const std::string &name : values.getNames())
    {
        const auto given = writtenText(values.get(name));
        if (given && trim(*given).empty())
            continue;
        const FieldInfo &field = fieldOf(metadata, name);
        if (!given)
            throw invalidField(ticketField,
                               "The user-defined field \"" + field.name + "\" takes a single value, not a list.",
                               "Enter a string, a number, true or false.");
        Object::Ptr one = new Object;
        one->set("name", field.name);
        one->set("value", valueOf(field, *given, warnings));
        mapped->add(one);
    }
    return mapped;
}

} // namespace psa::plugins::autotask
