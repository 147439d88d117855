#pragma once

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// The body of a write. Throws ApiError in the wording of the service's JSON parser.
Var readBody(const std::string &body);
Object::Ptr readObject(const std::string &body);

/// Converts a patch, an array of {"op", "path", "value"}, to an object of the changed fields in the format of a create;
/// removed ones are null. Throws ApiError.
Object::Ptr readPatch(const Entity &entity, const std::string &body);

/// Removes the fields that a write accepts and no record shows.
void dropWriteOnly(const Entity &entity, Object &values);

/// The fields of a write by their exact names, with valid types and lengths; a null becomes an empty Var, references
/// are still objects such as {"name": "x"}. Unknown fields, and those that only the service sets, are ignored. Throws
/// ApiError for a wrong type, and adds other errors to `errors`.
Object::Ptr readValues(const Entity &entity, const Object &body, WriteErrors &errors);

/// Reports missing fields that every record of the entity requires.
void checkRequired(const Entity &entity, const Object &values, WriteErrors &errors);

/// Replaces the array "customFields" of a write ([{"id", "value"}]) by an object, id to value, with the values of
/// `before` (null: none) for omitted fields.
///
/// Each value must have the JSON type of its field: a number for Number, Percent and Currency, a boolean for Checkbox,
/// a date for Date, one of the options if there are any.
void resolveCustomFields(const Core &core, Object &record, const Object::Ptr &before, WriteErrors &errors);

} // namespace psa::sandbox::connectwise
