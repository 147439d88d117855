#pragma once

#include "sandbox/connectwise/condition_tokens.h"
#include "sandbox/connectwise/core.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

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

/// A condition as a tree.
struct ConditionNode
{
    std::string op{}; ///< "and", "or", a comparison, "like", "contains" or "in", in lower case.
    bool negated = false;
    Place place{};
    std::vector<Token> values{};        ///< With the types that the place requires; not for "and" and "or".
    std::vector<ConditionNode> parts{}; ///< For "and" and "or".
};

/// What a name in a condition refers to; nullopt if the name is unknown.
using FindName = std::function<std::optional<Place>(const std::string &name)>;

/// Throws ApiError.
ConditionNode parseCondition(const std::string &text, const FindName &findName);

} // namespace psa::sandbox::connectwise
