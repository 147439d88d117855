#pragma once

#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// Sets the board of a new ticket without one; before its references are resolved.
void applyDefaultBoard(const Core &core, Object &ticket);
/// Sets the defaults of tenant, board, company and contact in a new ticket; its references must be resolved to ids.
void applyDefaults(const Core &core, Object &ticket);
/// Sets the consequences of the status: whether the ticket is closed, and since when.
void applyStatus(const Core &core, Object &ticket);

} // namespace psa::sandbox::connectwise
