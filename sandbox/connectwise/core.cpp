#include "sandbox/connectwise/core.h"

#include "sandbox/connectwise/api_error.h"

namespace psa::sandbox::connectwise {

void Core::require(const std::string &entity, const std::string &what) const
{
    if (!rights.may(entity, what))
        throw ApiError{403, "Security", "You do not have security permission to perform this action."};
}

const Row &insert(const Core &core, const Entity &entity, Object::Ptr values)
{
    dropUnset(*values);
    const std::int64_t id = core.rows.insert(entity.name, {values, core.now + core.hideFor, core.request});
    return *core.rows.find(entity.name, id);
}

std::string apiMember(const Core &core)
{
    const Row *member = core.rows.find("Members", core.tenant.number("apiMember"));
    return member == nullptr ? "" : textIn(*member, "identifier");
}

std::string nameOf(const Row &row)
{
    return isSet(*row.values, "name") ? textIn(row, "name") : textIn(row, "firstName") + " " + textIn(row, "lastName");
}

std::string textIn(const Row &row, const std::string &field)
{
    return isSet(*row.values, field) ? row.values->get(field).toString() : std::string();
}

std::int64_t idIn(const Object &values, const std::string &field)
{
    return isSet(values, field) ? values.get(field).convert<std::int64_t>() : 0;
}

bool isSet(const Object &values, const std::string &field)
{
    return !values.get(field).isEmpty();
}

void dropUnset(Object &values)
{
    for (const std::string &name : values.getNames())
        if (values.isNull(name))
            values.remove(name);
}

bool flag(const Object &values, const std::string &field)
{
    return isSet(values, field) && values.get(field).convert<bool>();
}

} // namespace psa::sandbox::connectwise
