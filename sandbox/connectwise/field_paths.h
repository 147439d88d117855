#pragma once

#include "sandbox/connectwise/core.h"

#include <optional>
#include <string>

namespace psa::sandbox::connectwise {

/// What a name such as summary, board/name or _info/lastUpdated refers to.
struct Place
{
    std::string name; ///< As written.
    FieldType type = FieldType::text;
    const char *choices = "";     ///< For a choice.
    const Field *field = nullptr; ///< Of the record itself.
    std::string inner{};          ///< Of the record that `field` refers to, or of the elements of a list.
};

/// nullopt if the entity has no such name. Case is ignored.
std::optional<Place> findPlace(const Entity &entity, const std::string &name);

/// The value there; empty if it is not set.
Var valueAt(const Core &core, const Place &place, const Row &row);

} // namespace psa::sandbox::connectwise
