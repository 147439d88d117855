#pragma once

#include "sandbox/connectwise/condition.h"

#include <string>

namespace psa::sandbox::connectwise {

/// Holds for a record if it holds for one element of an array of it. An empty one holds for everything.
class ElementCondition
{
public:
    /// childConditions: names are "list/name", all of one list. Throws ApiError.
    static ElementCondition ofChildren(const Entity &entity, const std::string &text);
    /// customFieldConditions: names are those of a custom field. Throws ApiError.
    static ElementCondition ofCustomFields(const std::string &text);

    bool isEmpty() const { return list_.empty(); }
    /// `sent`: the record as the service sends it.
    bool matches(const Object &sent) const;

private:
    ElementCondition(std::string list, Condition condition) : list_(std::move(list)), condition_(std::move(condition))
    {
    }

    std::string list_;
    Condition condition_;
};

} // namespace psa::sandbox::connectwise
