#pragma once

#include "host/api/router.h"

#include <set>
#include <string>

namespace psa::host {

/// What somebody may do. A set of Scope; admin may do everything.
using Scopes = std::set<Scope>;

inline bool allows(const Scopes &scopes, Scope wanted)
{
    return wanted == Scope::anybody || scopes.contains(wanted) || scopes.contains(Scope::admin);
}

} // namespace psa::host
