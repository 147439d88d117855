#pragma once

#include "sandbox/connectwise/condition_tokens.h"
#include "sandbox/connectwise/field_paths.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

/// What a name of a condition stands for; empty if there is no such name.
using FindName = std::function<std::optional<Place>(const std::string &name)>;
/// The value at a place; empty if it is not set.
using ValueAt = std::function<Var(const Place &place)>;

/// The condition of a list, read once and asked for each row.
class Condition
{
public:
    /// An empty `text` holds for everything. Throws ApiError.
    Condition(const std::string &text, const FindName &findName);

    bool matches(const ValueAt &valueAt) const { return matches(root_, valueAt); }

private:
    struct Node
    {
        std::string op{}; ///< "and", "or", a comparison, "like", "contains" or "in", in lower case.
        bool negated = false;
        Place place{};
        std::vector<Token> values{};
        std::vector<Node> parts{}; ///< Of "and" and "or".
    };
    class Parser;

    static bool matches(const Node &node, const ValueAt &valueAt);
    static bool compares(const Node &node, const Var &actual);

    Node root_;
};

/// Less than, equal, greater as -1, 0, 1, texts in any case; an unset value stands first.
int compareValues(const Var &a, const Var &b);

} // namespace psa::sandbox::connectwise
