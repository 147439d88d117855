#include "sandbox/connectwise/write_values.h"

#include "sandbox/common/dates.h"

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

Object::Ptr known(const Core &core, const Var &id)
{
    const Array::Ptr fields = core.tenant.customFields();
    for (unsigned i = 0; i < fields->size(); ++i)
        if (!id.isEmpty() && fields->getObject(i)->get("id").toString() == id.toString())
            return fields->getObject(i);
    return {};
}

bool hasType(const std::string &type, const Var &value)
{
    std::int64_t date = 0;
    if (type == "Number" || type == "Percent" || type == "Currency")
        return value.isNumeric() && !value.isBoolean();
    if (type == "Checkbox")
        return value.isBoolean();
    if (type == "Date")
        return value.isString() && parseDate(value.toString(), date);
    return !asObject(value) && !asArray(value);
}

bool fits(const Object &field, const Var &value)
{
    if (!hasType(field.getValue<std::string>("type"), value))
        return false;
    const Array::Ptr options = field.getArray("options");
    return !options || std::any_of(options->begin(), options->end(),
                                   [&](const Var &option) { return option.toString() == value.toString(); });
}

/// The options as records; null for a field without options.
Array::Ptr optionRows(const Array::Ptr &options)
{
    Array::Ptr rows = options ? new Array : nullptr;
    for (unsigned i = 0; options && i < options->size(); ++i)
    {
        Object::Ptr row = newObject();
        row->set("id", i + 1);
        row->set("optionValue", options->get(i).toString());
        row->set("defaultFlag", false);
        row->set("inactiveFlag", false);
        row->set("sortOrder", i + 1);
        rows->add(row);
    }
    return rows;
}

} // namespace

Array::Ptr userDefinedFieldRows(const Tenant &tenant)
{
    constexpr int ticketPod = 1; // The id of the ticket screen's pod differs between sites.
    const Array::Ptr fields = tenant.customFields();
    Array::Ptr rows = new Array;
    for (unsigned i = 0; i < fields->size(); ++i)
    {
        const Object::Ptr field = fields->getObject(i);
        Object::Ptr row = newObject();
        row->set("id", field->get("id"));
        row->set("podId", ticketPod);
        row->set("caption", field->get("caption"));
        row->set("sequenceNumber", i + 1);
        row->set("fieldTypeIdentifier", field->get("type"));
        row->set("numberDecimals", field->get("numberOfDecimals"));
        row->set("entryTypeIdentifier", field->get("entryMethod"));
        row->set("requiredFlag", false);
        row->set("readOnlyFlag", false);
        if (const Array::Ptr options = optionRows(field->getArray("options")))
            row->set("options", options);
        rows->add(row);
    }
    return rows;
}

void resolveCustomFields(const Core &core, Object &record, const Object::Ptr &before, WriteErrors &errors)
{
    const Array::Ptr given = asArray(record.get("customFields"));
    Object::Ptr values = before ? copy(*before) : newObject();
    for (unsigned i = 0; given && i < given->size(); ++i)
    {
        Object::Ptr entry = given->getObject(i);
        const Var id = entry ? member(*entry, "id") : Var();
        const Var value = entry ? member(*entry, "value") : Var();
        Object::Ptr field = known(core, id);
        if (!field)
            errors.add("NotFound", "Custom Field " + (id.isEmpty() ? "" : id.toString()) + " not found",
                       "customFields");
        else if (value.isEmpty())
            values->remove(id.toString());
        else if (!fits(*field, value))
            errors.add("InvalidField",
                       "The value of the custom field " + field->getValue<std::string>("caption") + " is invalid.",
                       "customFields");
        else
            values->set(id.toString(), value);
    }
    record.set("customFields", values);
}

} // namespace psa::sandbox::connectwise
