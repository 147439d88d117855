#pragma once

#include "host/net/budget.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::connection {

/// The PSA's limits for one connection, as declared in its plugin's descriptor.
struct DeclaredLimits
{
    std::vector<net::ConcurrencyLimit> concurrency;
    std::vector<net::WindowLimit> windows;
};

/// Reads "limits" of `descriptor` for a connection with these configuration `values`. Connections that share a limit
/// are identified by the plugin and a hash of the values of its `per` fields, because those can be secrets.
DeclaredLimits readLimits(const Poco::JSON::Object &descriptor, const Poco::JSON::Object &values);

} // namespace psa::connection
