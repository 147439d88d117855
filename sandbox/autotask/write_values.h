#pragma once

#include "sandbox/autotask/api_error.h"
#include "sandbox/autotask/core.h"

namespace psa::sandbox::autotask {

/// The fields of a write by their exact names, with valid types and lengths; unknown properties are ignored. An
/// explicit null becomes an empty Var.
Object::Ptr readValues(const Core &core, const Entity &entity, const Object &body, WriteErrors &errors);
/// Reports pick-list values that the tenant does not have.
void checkPickLists(const Core &core, const Entity &entity, const Object &values, WriteErrors &errors);
/// Reports missing fields that every create of the entity requires.
void checkRequired(const Entity &entity, const Object &values, WriteErrors &errors);
/// Sets the values in `row`; an empty one removes the field.
void apply(const Object &values, Object &row);

std::int64_t integer(const Object &values, const std::string &name);

/// The body of a write, parsed like the service's tolerant parser does. Throws ApiError.
Object::Ptr readBody(const std::string &body);

} // namespace psa::sandbox::autotask
