#pragma once

#include "sandbox/common/human.h"
#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// The member or contact with this name, email, identifier or id; empty: the first member of staff. Workflow and
/// EmailConnector are the PSA's own automation. Throws std::invalid_argument if there is none.
Actor personIn(const Rows &rows, const std::string &who);

/// What the actor does to a ticket in ConnectWise's pages. Returns the id of what was added, otherwise the ticket's.
/// Throws ApiError or std::invalid_argument.
std::int64_t actInPages(const Core &core, const HumanAct &act);

} // namespace psa::sandbox::connectwise
