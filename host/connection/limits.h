#pragma once

#include "host/net/budget.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::connection {

/// What a PSA allows one connection, as its plugin's descriptor says.
struct DeclaredLimits
{
    std::vector<net::ConcurrencyLimit> concurrency;
    std::vector<net::WindowLimit> windows;
};

/// Reads "limits" of `descriptor` for a connection with these configuration `values`. Who shares a limit is named by the
/// plugin and a hash of the values of its `per` fields, since those can be secrets.
DeclaredLimits readLimits(const Poco::JSON::Object &descriptor, const Poco::JSON::Object &values);

} // namespace psa::connection
