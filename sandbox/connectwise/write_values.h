#pragma once

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// The body of a write. Throws ApiError in the words of the service's JSON parser.
Var readBody(const std::string &body);
Object::Ptr readObject(const std::string &body);

/// The fields of a write by their exact names, with the types and lengths that they must have; a null stands there as
/// an empty Var, references are still objects such as {"name": "x"}. What the entity does not have, and what only the
/// service sets, is passed over. Throws ApiError for a type that does not fit, adds to `errors` the rest.
Object::Ptr readValues(const Entity &entity, const Object &body, WriteErrors &errors);

/// Fields that every record of the entity needs.
void checkRequired(const Entity &entity, const Object &values, WriteErrors &errors);

} // namespace psa::sandbox::connectwise
