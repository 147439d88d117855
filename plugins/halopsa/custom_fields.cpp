#include "ticket_mapping.h"

#include "common/text.h"
#include "common/ticket_name.h"
#include "common/typed_values.h"

#include <optional>

namespace psa::plugins::halopsa {
namespace {

constexpr const char *ticketField = "customFields";

/// HaloPSA's numbers for types of fields.
enum FieldType : std::int64_t
{
    singleChoice = 2,
    date = 4,
    checkbox = 6
};

std::string fieldLabel(const Object &field)
{
    const std::string label = oneLine(textOf(field, "label"));
    return label.empty() ? oneLine(textOf(field, "name")) : label;
}

/// The field with this id, name or label; null if there is none.
Object::Ptr fieldNamed(const Array &fields, const std::string &given)
{
    const std::string wanted = lower(oneLine(given));
    for (const char *member : {"id", "name", "label"})
        for (unsigned i = 0; i < fields.size(); ++i)
            if (const Object::Ptr field = fields.getObject(i);
                field && lower(oneLine(textOf(*field, member))) == wanted)
                return field;
    return {};
}

std::string knownNames(const Array &fields)
{
    std::string names;
    for (unsigned i = 0; i < fields.size(); ++i)
        if (const Object::Ptr field = fields.getObject(i))
            names += (names.empty() ? "" : ", ") + fieldLabel(*field) + " (" + textOf(*field, "name") + ")";
    return excerpt(names, 1000);
}

std::vector<PickValue> choicesOf(const Object &field)
{
    std::vector<PickValue> values;
    const Array::Ptr rows = field.getArray("values");
    for (unsigned i = 0; rows && i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i))
            values.push_back({textOf(*row, "id"), oneLine(textOf(*row, "name")), {}});
    return values;
}

Poco::Dynamic::Var valueFor(const Object &field, const std::string &written)
{
    const std::int64_t type = integerOf(field, "type").value_or(0);
    const std::string label = fieldLabel(field);
    const std::vector<PickValue> choices = choicesOf(field);
    if (type == singleChoice && !choices.empty())
    {
        TicketName name;
        name.ours = ticketField;
        name.title = label.c_str();
        return choosePickValue(thePsa, name, choices, written).id;
    }
    const ValueType kind = type == checkbox ? ValueType::truth : type == date ? ValueType::date : ValueType::text;
    return typedValue(kind, written, ticketField, "The custom field \"" + label + "\"");
}

/// Null if the agent may not read the fields, or this version has no such list: HaloPSA then judges the values.
Array::Ptr readFields(PickLists &lists)
{
    try
    {
        return lists.rows(pathWith("FieldInfo", {{"typeid", "1"}}), "fields");
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION && error.status() != PSA_NOT_FOUND)
            throw;
        return {};
    }
}

/// A field by its id, which is a number, or by its name.
Object::Ptr customField(const std::string &idOrName)
{
    Object::Ptr one = new Object;
    if (isInteger(idOrName))
        one->set("id", static_cast<Poco::Int64>(std::stoll(idOrName)));
    else
        one->set("name", idOrName);
    return one;
}

} // namespace

Array::Ptr mapCustomFields(PickLists &lists, const Object &values)
{
    Array::Ptr mapped = new Array;
    std::optional<Array::Ptr> read;
    for (const std::string &name : values.getNames())
    {
        const auto written = writtenText(values.get(name));
        if (written && trim(*written).empty())
            continue;
        if (!written)
            throw invalidField(ticketField,
                               "The custom field \"" + oneLine(name) + "\" takes a single value, not a list.",
                               "Enter a string, a number, true or false.");
        if (!read)
            read = readFields(lists);
        const Array::Ptr &fields = *read;
        const Object::Ptr field = fields ? fieldNamed(*fields, name) : nullptr;
        if (fields && fields->size() > 0 && !field)
            throw invalidField(ticketField, "HaloPSA has no custom ticket field \"" + oneLine(name) + "\".",
                               "Use one of: " + knownNames(*fields) + ".");
        Object::Ptr one = customField(field ? textOf(*field, "id") : oneLine(name));
        one->set("value", field ? valueFor(*field, *written) : Poco::Dynamic::Var(*written));
        mapped->add(one);
    }
    return mapped;
}

} // namespace psa::plugins::halopsa
