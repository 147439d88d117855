#pragma once

#include "host/http/router.h"

#include <set>
#include <string>

namespace psa::host {

/// Permissions: a set of Scope; admin includes everything.
using Scopes = std::set<Scope>;

inline bool allows(const Scopes &scopes, Scope wanted)
{
    return wanted == Scope::anybody || scopes.contains(wanted) || scopes.contains(Scope::admin);
}

} // namespace psa::host
