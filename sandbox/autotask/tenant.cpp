#include "sandbox/autotask/tenant.h"

#include <stdexcept>

namespace psa::sandbox::autotask {

Tenant::Tenant(const std::string &json)
    : TenantDocument(
          json, {"user", "integrationCode", "zone", "zoneName", "apiUserResourceID", "defaultCategory", "picklists"})
{
    if (!document().isObject("picklists"))
        throw std::invalid_argument("\"picklists\" of a tenant must be an object");
}

Array::Ptr Tenant::pickList(const std::string &entity, const std::string &field) const
{
    Object::Ptr lists = document().getObject("picklists")->getObject(entity);
    return lists ? lists->getArray(field) : Array::Ptr();
}

Object::Ptr Tenant::pickListValue(const std::string &entity, const std::string &field, std::int64_t id) const
{
    const Array::Ptr list = pickList(entity, field);
    for (std::size_t i = 0; list && i < list->size(); ++i)
        if (Object::Ptr value = list->getObject(static_cast<unsigned>(i)); value->getValue<std::int64_t>("value") == id)
            return value;
    return {};
}

Array::Ptr Tenant::userDefinedFields(const std::string &entity) const
{
    Array::Ptr fields = entity == "Tickets" ? document().getArray("userDefinedFields") : Array::Ptr();
    return fields ? fields : Array::Ptr(new Array);
}

Object::Ptr Tenant::userDefinedField(const std::string &name) const
{
    const Array::Ptr fields = userDefinedFields("Tickets");
    for (std::size_t i = 0; i < fields->size(); ++i)
        if (Object::Ptr field = fields->getObject(static_cast<unsigned>(i));
            equalNoCase(field->getValue<std::string>("name"), name))
            return field;
    return {};
}

Object::Ptr Tenant::categoryRule(std::int64_t category) const
{
    Object::Ptr rules = document().getObject("categoryRules");
    return rules ? rules->getObject(std::to_string(category)) : Object::Ptr();
}

bool Tenant::categoryWantsQueue(std::int64_t category) const
{
    Object::Ptr rule = categoryRule(category);
    return rule && rule->optValue("queueRequired", false);
}

bool Tenant::categoryWantsNoteTitle(std::int64_t category) const
{
    Object::Ptr rule = categoryRule(category);
    return rule && rule->optValue("noteTitleRequired", false);
}

std::int64_t Tenant::categoryDueDays(std::int64_t category) const
{
    Object::Ptr rule = categoryRule(category);
    return rule ? rule->optValue<std::int64_t>("dueDateDays", 0) : 0;
}

} // namespace psa::sandbox::autotask
