#include "user_defined.h"

#include "ticket_names.h"

#include "common/text.h"

#include <algorithm>

namespace plugins::autotask {
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

/// A value of a list is written by its value, whether its value or its label was given.
std::string valueOf(const FieldInfo &field, const std::string &given, std::vector<psa::Warning> &warnings)
{
    if (!field.values.empty())
    {
        const std::string folded = lower(given);
        const auto fits = [&](const PickValue &value) {
            return value.active && (value.id == given || lower(value.label) == folded);
        };
        const auto found = std::find_if(field.values.begin(), field.values.end(), fits);
        if (found == field.values.end())
            throw invalidField(ticketField,
                               "The user-defined field \"" + field.name + "\" has no value \"" + oneLine(given) + "\".",
                               "Use one of: " + candidates(field.values) + ".");
        return found->id;
    }
    const Clipped text = clip(given, field.length == 0 ? given.size() : field.length);
    if (text.clipped)
        warnings.push_back({"The user-defined field \"" + field.name + "\" holds " + std::to_string(field.length) +
                                " characters; its value was clipped.",
                            ticketField});
    return text.text;
}

} // namespace

Array::Ptr mapUserDefinedFields(const Object &values, const Metadata &metadata, std::vector<psa::Warning> &warnings)
{
    Array::Ptr mapped = new Array;
    for (const std::string &name : values.getNames())
    {
        const std::string given = textOf(values, name);
        if (trim(given).empty())
            continue;
        const FieldInfo &field = fieldOf(metadata, name);
        Object::Ptr one = new Object;
        one->set("name", field.name);
        one->set("value", valueOf(field, given, warnings));
        mapped->add(one);
    }
    return mapped;
}

} // namespace plugins::autotask
