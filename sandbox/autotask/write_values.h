#pragma once

#include "sandbox/autotask/core.h"
#include "sandbox/autotask/write_errors.h"

namespace psa::sandbox::autotask {

/// The fields of a write by their exact names, with the types and lengths that they must have; properties that the
/// entity does not have are passed over. An explicit null stands there as an empty Var.
Object::Ptr readValues(const Core &core, const Entity &entity, const Object &body, WriteErrors &errors);
/// Pick-list values that the tenant does not have.
void checkPickLists(const Core &core, const Entity &entity, const Object &values, WriteErrors &errors);
/// Fields that every create of the entity needs.
void checkRequired(const Entity &entity, const Object &values, WriteErrors &errors);
/// Sets the values in `row`; an empty one removes.
void apply(const Object &values, Object &row);

bool isSet(const Object &values, const std::string &name);
std::int64_t integer(const Object &values, const std::string &name);

/// The body of a write as the service's tolerant parser reads it. Throws ApiError.
Object::Ptr readBody(const std::string &body);

} // namespace psa::sandbox::autotask
