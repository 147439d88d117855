#pragma once

#include "host/http/router.h"

#include <set>
#include <string>

namespace psa::access {

/// Permissions: a set of Scope; admin includes everything.
using Scopes = std::set<http::Scope>;

inline bool allows(const Scopes &scopes, http::Scope wanted)
{
    return wanted == http::Scope::anybody || scopes.contains(wanted) || scopes.contains(http::Scope::admin);
}

} // namespace psa::access
