#pragma once

#include "sandbox/common/json_tools.h"

#include <string>

namespace psa::sandbox::connectwise {

/// Makes of a patch, an array of {"op", "path", "value"}, one object of the changed fields as a create would have them;
/// what is removed is null. Throws ApiError.
Object::Ptr readPatch(const std::string &body);

} // namespace psa::sandbox::connectwise
