#include "sandbox/connectwise/custom_fields.h"

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

bool fits(const Object &field, const Var &value)
{
    if (field.getValue<std::string>("type") == "Number")
        return value.isNumeric() && !value.isBoolean();
    const Array::Ptr options = field.getArray("options");
    return !options || std::any_of(options->begin(), options->end(),
                                   [&](const Var &option) { return option.toString() == value.toString(); });
}

} // namespace

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
