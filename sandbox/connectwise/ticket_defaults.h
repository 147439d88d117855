#pragma once

#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// Sets the board of a new ticket that names none; before its references are resolved.
void applyDefaultBoard(const Core &core, Object &ticket);
/// What tenant, board, company and contact give a new ticket that leaves it open; references are ids by now.
void applyDefaults(const Core &core, Object &ticket);
/// What follows from the status: whether the ticket is closed, and since when.
void applyStatus(const Core &core, Object &ticket);

} // namespace psa::sandbox::connectwise
