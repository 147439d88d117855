#pragma once

#include "sandbox/connectwise/condition.h"

#include <string>

namespace psa::sandbox::connectwise {

/// Matches a record if one element of an array in it matches. An empty condition matches everything.
class ElementCondition
{
public:
    /// childConditions: names are "list/name", all of one list. Throws ApiError.
    static ElementCondition ofChildren(const Entity &entity, const std::string &text);
    /// customFieldConditions: names are those of a custom field. Throws ApiError.
    static ElementCondition ofCustomFields(const std::string &text);

    bool isEmpty() const { return list_.empty(); }
    /// `sent`: the record as sent by the service.
    bool matches(const Object &sent) const;

private:
    ElementCondition(std::string list, Condition condition) : list_(std::move(list)), condition_(std::move(condition))
    {
    }

    std::string list_;
    Condition condition_;
};

} // namespace psa::sandbox::connectwise
