#pragma once

#include "sandbox/connectwise/condition_tokens.h"
#include "sandbox/connectwise/field_paths.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

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
