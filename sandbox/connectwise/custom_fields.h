#pragma once

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// Replaces the array "customFields" of a write ([{"id", "value"}]) by an object, id to value, with the values of
/// `before` (null: none) for omitted fields.
///
/// Each value must have the JSON type of its field: a number for Number, Percent and Currency, a boolean for Checkbox,
/// a date for Date, one of the options if there are any.
void resolveCustomFields(const Core &core, Object &record, const Object::Ptr &before, WriteErrors &errors);

/// The tenant's custom ticket fields as records of system/userDefinedFields.
Array::Ptr userDefinedFieldRows(const Tenant &tenant);

} // namespace psa::sandbox::connectwise
