#include "sandbox/connectwise/listing.h"

#include "sandbox/common/dates.h"
#include "sandbox/common/path_pattern.h"

#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

namespace psa::sandbox::connectwise {
namespace {

/// Whole seconds, always with Z.
std::string dateOnWire(const Var &millis)
{
    return formatDate(millis.convert<std::int64_t>() / 1000 * 1000, true);
}

Var referenceOnWire(const Core &core, const Field &field, std::int64_t id)
{
    const Entity &target = *findEntity(field.target);
    const Row *row = core.rows.find(target.name, id);
    if (row == nullptr)
        return {};
    Object::Ptr info = newObject();
    info->set(std::string(target.resource) + "_href", hrefOf(core, target, *row));
    Object::Ptr object = newObject();
    object->set("id", id);
    if (target.field("identifier") != nullptr)
        object->set("identifier", row->values->get("identifier"));
    object->set(&target == &tickets() ? "summary" : "name", nameOf(*row));
    object->set("_info", info);
    return object;
}

/// All custom fields of the tenant, with the record's values.
Array::Ptr customFieldsOnWire(const Core &core, const Row &row)
{
    const Array::Ptr known = core.tenant.customFields();
    Object::Ptr values = row.values->getObject("customFields");
    Array::Ptr all = new Array;
    for (unsigned i = 0; i < known->size(); ++i)
    {
        Object::Ptr field = copy(*known->getObject(i));
        field->remove("options");
        const auto id = field->get("id").toString();
        if (values && isSet(*values, id))
            field->set("value", values->get(id));
        all->add(field);
    }
    return all;
}

Var onWire(const Core &core, const Field &field, const Row &row)
{
    if (std::string(field.name) == "customFields")
        return customFieldsOnWire(core, row);
    const Var value = row.values->get(field.name);
    if (value.isEmpty())
        return value;
    if (field.type == FieldType::reference)
        return referenceOnWire(core, field, value.convert<std::int64_t>());
    return field.type == FieldType::dateTime ? Var(dateOnWire(value)) : value;
}

void pick(const Object &from, Object &into, const std::vector<std::string> &path, std::size_t at)
{
    const Var value = member(from, path[at]);
    Object::Ptr inner = asObject(value);
    if (value.isEmpty())
        return;
    if (at + 1 == path.size() || !inner)
    {
        into.set(path[at], value);
        return;
    }
    if (!into.isObject(path[at]))
        into.set(path[at], newObject());
    pick(*inner, *into.getObject(path[at]), path, at + 1);
}

} // namespace

Object::Ptr toWire(const Core &core, const Entity &entity, const Row &row)
{
    Object::Ptr object = newObject();
    Object::Ptr info = newObject();
    for (const Field &field : entity.fields)
    {
        const Var value = onWire(core, field, row);
        if (!value.isEmpty())
            ((field.flags & information) != 0 ? info : object)->set(field.name, value);
    }
    if (&entity == &tickets())
        info->set("notes_href", hrefOf(core, entity, row) + "/notes");
    if (info->size() > 0)
        object->set("_info", info);
    return object;
}

Object::Ptr onlyFields(const Object::Ptr &whole, const std::string &fields)
{
    if (fields.empty())
        return whole;
    Object::Ptr object = newObject();
    for (const std::string &name :
         Poco::StringTokenizer(fields, ",", Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY))
        if (const auto path = pathSegments(name); !path.empty())
            pick(*whole, *object, path, 0);
    return object;
}

std::string hrefOf(const Core &core, const Entity &entity, const Row &row)
{
    const std::string parent = *entity.parent == '\0' ? "" : row.values->get(entity.parent).toString();
    return core.url + Poco::replace(entity.path, std::string("{parent}"), parent) + "/" +
           row.values->get("id").toString();
}

} // namespace psa::sandbox::connectwise
