#pragma once

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// Replaces each reference of the ticket, such as {"name": "x"}, by the id of its row, or adds to `errors` that there
/// is none: boards must belong to the service desk, statuses, types and the like to the ticket's board, contacts and
/// sites to its company.
void resolveReferences(const Core &core, Object &ticket, WriteErrors &errors);

} // namespace psa::sandbox::connectwise
