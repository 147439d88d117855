#include "sandbox/connectwise/element_condition.h"

#include <Poco/String.h>

namespace psa::sandbox::connectwise {
namespace {

/// Of an element only its members are known.
Place inElement(const std::string &name, const std::string &inner)
{
    return {name, FieldType::list, "", nullptr, inner};
}

} // namespace

ElementCondition ElementCondition::ofChildren(const Entity &entity, const std::string &text)
{
    std::string list;
    Condition condition(text, [&](const std::string &name) -> std::optional<Place> {
        const std::size_t slash = name.find('/');
        const Field *field = entity.field(name.substr(0, slash));
        if (field == nullptr || field->type != FieldType::list || slash == std::string::npos)
            return {};
        list = field->name;
        return inElement(name, name.substr(slash + 1));
    });
    return {list, std::move(condition)};
}

ElementCondition ElementCondition::ofCustomFields(const std::string &text)
{
    return {Poco::trim(text).empty() ? "" : "customFields",
            Condition(text, [](const std::string &name) { return inElement(name, name); })};
}

bool ElementCondition::matches(const Object &sent) const
{
    if (list_.empty())
        return true;
    const Array::Ptr elements = arrayIn(sent, list_);
    for (unsigned i = 0; elements && i < elements->size(); ++i)
        if (Object::Ptr element = elements->getObject(i);
            element && condition_.matches([&](const Place &place) { return member(*element, place.inner); }))
            return true;
    return false;
}

} // namespace psa::sandbox::connectwise
