#include "sandbox/connectwise/condition_parser.h"

#include "sandbox/common/path_pattern.h"

namespace psa::sandbox::connectwise {
namespace {

/// References are sent with only these members.
std::optional<FieldType> typeInReference(const Field &field, const std::string &inner)
{
    if (field.type != FieldType::reference && field.type != FieldType::object)
        return {};
    if (equalNoCase(inner, "id"))
        return FieldType::integer;
    const Entity *target = findEntity(field.target);
    const bool identified = target != nullptr && target->field("identifier") != nullptr;
    if (equalNoCase(inner, "name") || (equalNoCase(inner, "identifier") && identified))
        return FieldType::text;
    return {};
}

} // namespace

std::optional<Place> findPlace(const Entity &entity, const std::string &name)
{
    std::vector<std::string> parts = pathSegments(name);
    const bool inInformation = parts.size() > 1 && parts.front() == "_info";
    if (inInformation)
        parts.erase(parts.begin());
    const Field *field = parts.empty() ? nullptr : entity.field(parts.front());
    if (field == nullptr || parts.size() > 2 || (field->flags & writeOnly) != 0 ||
        (inInformation && (field->flags & information) == 0))
        return {};
    const char *choices = field->type == FieldType::choice ? field->target : "";
    const bool opaque = field->type == FieldType::list || field->type == FieldType::object;
    if (parts.size() == 1)
        return opaque ? std::optional<Place>() : Place{name, field->type, choices, field};
    const auto type = typeInReference(*field, parts[1]);
    return type ? Place{name, *type, "", field, parts[1]} : std::optional<Place>();
}

Var valueAt(const Core &core, const Place &place, const Row &row)
{
    const Var value = row.values->get(place.field->name);
    if (const Object::Ptr object = asObject(value))
        return member(*object, place.inner);
    if (place.inner.empty() || equalNoCase(place.inner, "id") || value.isEmpty())
        return value;
    const Row *target = core.rows.find(place.field->target, value.convert<std::int64_t>());
    if (target == nullptr)
        return {};
    return equalNoCase(place.inner, "name") ? Var(nameOf(*target)) : target->values->get("identifier");
}

} // namespace psa::sandbox::connectwise
