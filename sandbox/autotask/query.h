#pragma once

#include "sandbox/autotask/core.h"

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

    bool matches(const Object &values) const;

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
    const Switches &switches_;
    const bool caseMatters_;
    Condition root_;
    std::size_t orConditions_ = 0;
    std::size_t userDefined_ = 0;
};

/// Whether queries of the entity can use the field.
bool isQueryable(const Entity &entity, const Field &field, const Switches &switches);

/// One page of a query's result, in the service's format. `body`: the query; `paging`: from a nextPageUrl, or empty;
/// `search`: the query's text if it came in the URL, otherwise empty. Throws ApiError.
Object::Ptr queryPage(const Core &core, const Entity &entity, const Object &body, const std::string &paging,
                      const std::string &search);
/// {"queryCount": n}. Throws ApiError.
Object::Ptr queryCount(const Core &core, const Entity &entity, const Object &body);

} // namespace psa::sandbox::autotask
