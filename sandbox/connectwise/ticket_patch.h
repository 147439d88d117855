#pragma once

#include "sandbox/common/json_tools.h"

#include <string>

namespace psa::sandbox::connectwise {

/// Converts a patch, an array of {"op", "path", "value"}, to an object of the changed fields in the format of a create;
/// removed ones are null. Throws ApiError.
Object::Ptr readPatch(const std::string &body);

} // namespace psa::sandbox::connectwise
