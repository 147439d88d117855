#include "sandbox/autotask/tenant.h"

#include <stdexcept>

namespace psa::sandbox::autotask {

Tenant::Tenant(const std::string &json) : document_(parseObject(json))
{
    for (const char *name : {"user", "integrationCode", "zone", "zoneName", "apiUserResourceID", "defaultCategory"})
        if (!document_->has(name))
            throw std::invalid_argument("a tenant needs \"" + std::string(name) + "\"");
    for (const char *name : {"picklists", "rows"})
        if (!document_->isObject(name))
            throw std::invalid_argument("a tenant needs the object \"" + std::string(name) + "\"");
}

std::string Tenant::text(const std::string &name) const
{
    return document_->getValue<std::string>(name);
}

std::int64_t Tenant::number(const std::string &name) const
{
    return document_->getValue<std::int64_t>(name);
}

Array::Ptr Tenant::rows(const std::string &entity) const
{
    return document_->getObject("rows")->getArray(entity);
}

Array::Ptr Tenant::pickList(const std::string &entity, const std::string &field) const
{
    Object::Ptr lists = document_->getObject("picklists")->getObject(entity);
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

Array::Ptr Tenant::userDefinedFields() const
{
    Array::Ptr fields = document_->getArray("userDefinedFields");
    return fields ? fields : Array::Ptr(new Array);
}

Object::Ptr Tenant::userDefinedField(const std::string &name) const
{
    const Array::Ptr fields = userDefinedFields();
    for (std::size_t i = 0; i < fields->size(); ++i)
        if (Object::Ptr field = fields->getObject(static_cast<unsigned>(i));
            equalNoCase(field->getValue<std::string>("name"), name))
            return field;
    return {};
}

Object::Ptr Tenant::categoryRule(std::int64_t category) const
{
    Object::Ptr rules = document_->getObject("categoryRules");
    return rules ? rules->getObject(std::to_string(category)) : Object::Ptr();
}

bool Tenant::categoryWantsQueue(std::int64_t category) const
{
    Object::Ptr rule = categoryRule(category);
    return rule && rule->optValue("queueRequired", false);
}

std::int64_t Tenant::categoryDueDays(std::int64_t category) const
{
    Object::Ptr rule = categoryRule(category);
    return rule ? rule->optValue<std::int64_t>("dueDateDays", 0) : 0;
}

} // namespace psa::sandbox::autotask
