#pragma once

#include "sandbox/autotask/core.h"
#include "sandbox/autotask/write_errors.h"

namespace psa::sandbox::autotask {

/// Whether everything that a ticket points to is there and fits together.
void checkReferences(const Core &core, const Object &ticket, WriteErrors &errors);

} // namespace psa::sandbox::autotask
