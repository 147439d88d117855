#pragma once

#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/core.h"

namespace psa::sandbox::connectwise {

/// Puts in place of each reference of the ticket, such as {"name": "x"}, the id of the row that is meant, or adds to
/// `errors` that there is none: boards must be of the service desk, statuses, types and the like of the ticket's board,
/// contacts and sites of its company.
void resolveReferences(const Core &core, Object &ticket, WriteErrors &errors);

} // namespace psa::sandbox::connectwise
