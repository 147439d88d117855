#pragma once

#include <string_view>

namespace psa::plugin::runner::child {

/// The table of the service psa.http/1, psa.clock/1, psa.cache/1 or psa.secrets/1; nullptr for any other id. Its functions
/// send requests to the host of the call that the plugin passes. Static and thread-safe.
const void *serviceTable(std::string_view id);

} // namespace psa::plugin::runner::child
