#pragma once

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// Puts in place of the array "customFields" of a write ([{"id", "value"}]) one object, id to value, with the values
/// of `before` (null: none) for those that it leaves out.
void resolveCustomFields(const Core &core, Object &record, const Object::Ptr &before, WriteErrors &errors);

} // namespace psa::sandbox::connectwise
