#pragma once

#include "host/check/check.h"

namespace psa::check {

// The checks by group, each in the file that has its name.
std::vector<Check> staticChecks();
std::vector<Check> abiChecks();

} // namespace psa::check
