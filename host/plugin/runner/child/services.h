#pragma once

#include <string_view>

namespace psa::plugin::runner::child {

/// The table of a service, psa.http/1, psa.clock/1 or psa.cache/1, that asks the host; nullptr for another id. Valid as
/// long as the process lives. They find their host through the call that a plugin passes.
const void *serviceTable(std::string_view id);

} // namespace psa::plugin::runner::child
