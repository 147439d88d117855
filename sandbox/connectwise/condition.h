#pragma once

#include "sandbox/connectwise/condition_parser.h"

#include <functional>
#include <string>

namespace psa::sandbox::connectwise {

/// The value at a place; empty if it is not set.
using ValueAt = std::function<Var(const Place &place)>;

/// The condition of a list, parsed once and applied to each row.
class Condition
{
public:
    /// An empty `text` matches everything. Throws ApiError.
    Condition(const std::string &text, const FindName &findName);

    bool matches(const ValueAt &valueAt) const { return matches(root_, valueAt); }

private:
    static bool matches(const ConditionNode &node, const ValueAt &valueAt);
    static bool compares(const ConditionNode &node, const Var &actual);

    ConditionNode root_;
};

/// Less than, equal, greater as -1, 0, 1, strings ignoring case; an unset value comes first.
int compareValues(const Var &a, const Var &b);

} // namespace psa::sandbox::connectwise
