#pragma once

#include "sandbox/autotask/core.h"
#include "sandbox/autotask/write_errors.h"

namespace psa::sandbox::autotask {

/// Checks that everything a ticket refers to exists and is consistent.
void checkReferences(const Core &core, const Object &ticket, WriteErrors &errors);

} // namespace psa::sandbox::autotask
