#include "sandbox/autotask/handlers.h"
#include "sandbox/autotask/query.h"

namespace psa::sandbox::autotask {
namespace {

Object::Ptr wrapped(const char *name, const Var &value)
{
    Object::Ptr object = newObject();
    object->set(name, value);
    return object;
}

/// Pick-list values as strings, although the rows contain numbers.
Array::Ptr valuesOnWire(const Array::Ptr &values)
{
    Array::Ptr list = new Array;
    for (unsigned i = 0; i < values->size(); ++i)
    {
        Object::Ptr from = values->getObject(i);
        Object::Ptr value = newObject();
        value->set("value", from->get("value").toString());
        value->set("label", from->get("label"));
        value->set("isDefaultValue", from->optValue("isDefaultValue", false));
        value->set("sortOrder", i + 1);
        value->set("parentValue", from->optValue<std::string>("parentValue", ""));
        value->set("isActive", from->optValue("isActive", true));
        value->set("isSystem", from->optValue("isSystem", false));
        list->add(value);
    }
    return list;
}

Object::Ptr describe(const Core &core, const Entity &entity, const Field &field)
{
    const bool isPickList = (field.flags & pickList) != 0;
    const Array::Ptr values = isPickList ? core.tenant.pickList(entity.name, field.name) : Array::Ptr();
    Object::Ptr object = newObject();
    object->set("name", std::string(field.name));
    object->set("dataType", std::string(dataType(field.type)));
    object->set("length", field.length);
    object->set("isRequired", (field.flags & required) != 0);
    object->set("isReadOnly", (field.flags & readOnly) != 0);
    object->set("isQueryable", isQueryable(entity, field, core.switches));
    object->set("isReference", *field.reference != '\0');
    object->set("referenceEntityType", *field.reference == '\0' ? std::string() : singular(field.reference));
    object->set("isPickList", isPickList);
    object->set("picklistValues", values ? Var(valuesOnWire(values)) : Var());
    object->set("picklistParentValueField",
                std::string(field.name) == "subIssueType" ? core.switches.text("metadata.parentField") : "");
    object->set("isSupportedWebhookField", entity.is(webhooks));
    return object;
}

Object::Ptr entityInformation(const Core &core, const Entity &entity)
{
    const auto access = [&](const char *what, bool able) {
        const bool may = able && core.rights.may(entity.name, what);
        return core.switches.is("access.type", "number") ? Var(may ? 1 : 0) : Var(std::string(may ? "All" : "None"));
    };
    Object::Ptr info = newObject();
    const bool collection = core.switches.is("metadata.name", "collection");
    info->set("name", collection ? std::string(entity.name) : singular(entity.name));
    info->set("canCreate", entity.is(creatable));
    info->set("canDelete", entity.is(deletable));
    info->set("canQuery", true);
    info->set("canUpdate", entity.is(updatable));
    info->set("userAccessForCreate", access("create", entity.is(creatable)));
    info->set("userAccessForDelete", access("delete", entity.is(deletable)));
    info->set("userAccessForQuery", access("query", true));
    info->set("userAccessForUpdate", access("update", entity.is(updatable)));
    info->set("hasUserDefinedFields", entity.is(extensible));
    info->set("supportsWebhookCallouts", entity.is(webhooks));
    return wrapped("info", info);
}

Object::Ptr fieldInformation(const Core &core, const Entity &entity)
{
    Array::Ptr fields = new Array;
    for (const Field &field : entity.fields)
        fields->add(describe(core, entity, field));
    return wrapped("fields", fields);
}

Object::Ptr userDefinedInformation(const Core &core, const Entity &entity)
{
    Array::Ptr fields = new Array;
    const Array::Ptr all = core.tenant.userDefinedFields(entity.name);
    for (unsigned i = 0; i < all->size(); ++i)
    {
        Object::Ptr from = all->getObject(i);
        const Array::Ptr values = from->getArray("picklistValues");
        Object::Ptr field = newObject();
        field->set("name", from->get("name"));
        field->set("label", from->get("label"));
        field->set("type", from->optValue<std::string>("type", "string"));
        field->set("length", from->optValue("length", 0));
        field->set("description", from->optValue<std::string>("description", ""));
        field->set("isRequired", from->optValue("isRequired", false));
        field->set("isReadOnly", false);
        field->set("isQueryable", true);
        field->set("isReference", false);
        field->set("referenceEntityType", "");
        field->set("isPickList", !values.isNull());
        field->set("picklistValues", values ? Var(valuesOnWire(values)) : Var());
        field->set("picklistParentValueField", "");
        field->set("defaultValue", Var());
        field->set("isSupportedWebhookField", true);
        fields->add(field);
    }
    return wrapped("fields", fields);
}

} // namespace

Answer getEntityInformation(const Call &call)
{
    return ok(entityInformation(call.core, *call.entity));
}

Answer getFields(const Call &call)
{
    return ok(fieldInformation(call.core, *call.entity));
}

Answer getUserDefined(const Call &call)
{
    return ok(userDefinedInformation(call.core, *call.entity));
}

} // namespace psa::sandbox::autotask
