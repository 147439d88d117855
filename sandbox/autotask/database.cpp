#include "sandbox/autotask/database.h"

#include "sandbox/common/dates.h"

#include <Poco/NumberFormatter.h>
#include <Poco/String.h>

#include <algorithm>

namespace psa::sandbox::autotask {
namespace {

bool isAsked(const Array::Ptr &only, const std::string &name)
{
    return !only ||
           std::any_of(only->begin(), only->end(), [&](const Var &item) { return equalNoCase(item.toString(), name); });
}

Var valueOnWire(const Field &field, const Object &values, const Switches &switches)
{
    const Var value = (field.flags & bulky) == 0 ? values.get(field.name) : Var();
    if (value.isEmpty())
        return (field.flags & emptyText) != 0 ? Var(std::string()) : Var();
    if (field.type == FieldType::dateTime)
        return formatDate(value.convert<std::int64_t>(), switches.on("dates.zulu"));
    return value;
}

Array::Ptr userDefinedOnWire(const Entity &entity, const Object &values, const Tenant &tenant)
{
    Object::Ptr set = values.getObject("userDefinedFields");
    const Array::Ptr fields = tenant.userDefinedFields(entity.name);
    Array::Ptr array = new Array;
    for (std::size_t i = 0; i < fields->size(); ++i)
    {
        const auto name = fields->getObject(static_cast<unsigned>(i))->getValue<std::string>("name");
        Object::Ptr entry = newObject();
        entry->set("name", name);
        entry->set("value", set ? set->get(name) : Var());
        array->add(entry);
    }
    return array;
}

} // namespace

Database::Database(const Tenant &tenant) : Rows(29700001)
{
    for (const Entity &entity : entities())
        load(entity.name, tenant.rows(entity.name), entity.dates());
}

std::string Database::nextTicketNumber(const std::string &day)
{
    return "T" + day + "." + Poco::NumberFormatter::format0(++ticketsOfDay_[day], 4);
}

std::vector<PendingRule> Database::takeDueRules(SandboxClock::Time now)
{
    std::vector<PendingRule> due;
    std::vector<PendingRule> later;
    for (PendingRule &rule : rules_)
        (rule.due <= now ? due : later).push_back(std::move(rule));
    rules_ = std::move(later);
    return due;
}

Object::Ptr toWire(const Entity &entity, const Object &values, const Tenant &tenant, const Switches &switches,
                   const Array::Ptr &only)
{
    std::vector<Field> fields = entity.fields;
    std::sort(fields.begin() + 1, fields.end(),
              [](const Field &a, const Field &b) { return Poco::icompare(std::string(a.name), b.name) < 0; });
    Object::Ptr object = newObject();
    for (const Field &field : fields)
        if (isAsked(only, field.name))
            object->set(field.name, valueOnWire(field, values, switches));
    if (entity.is(extensible))
        object->set("userDefinedFields", isAsked(only, "userDefinedFields") ? userDefinedOnWire(entity, values, tenant)
                                                                            : Array::Ptr(new Array));
    return object;
}

} // namespace psa::sandbox::autotask
