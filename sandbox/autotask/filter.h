#pragma once

#include "sandbox/autotask/database.h"

#include <memory>
#include <vector>

namespace psa::sandbox::autotask {

/// The filter of a query, parsed once and applied to each row.
class Filter
{
public:
    /// `conditions`: the query's "filter". Throws ApiError for what the service rejects; it ignores a condition with an
    /// unknown operator.
    Filter(const Entity &entity, const Tenant &tenant, const Switches &switches, const Array &conditions);

    bool matches(const Row &row) const;

private:
    struct Condition
    {
        std::string op;
        const Field *field = nullptr;
        std::string userDefined{}; ///< Its name, for a user-defined field.
        Var value{};
        std::vector<Condition> items{};
    };

    bool read(const Object &object, bool inOr, Condition &into);
    std::vector<Condition> readAll(const Array &array, bool inOr);
    void readField(const Object &object, Condition &into);
    static void checkValue(const Condition &condition);
    void count(std::size_t conditions);
    bool matches(const Condition &condition, const Object &values) const;
    bool compare(const Condition &condition, const Var &actual, const Var &wanted) const;

    const Entity &entity_;
    const Tenant &tenant_;
    const bool caseMatters_;
    Condition root_;
    std::size_t orConditions_ = 0;
    std::size_t userDefined_ = 0;
};

} // namespace psa::sandbox::autotask
