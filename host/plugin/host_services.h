#pragma once

#include <map>
#include <string>

namespace psa::plugin {

/// The tables of psa.http/1, psa.clock/1 and psa.cache/1 by id, for HostTable. They find their connection through the
/// call that a plugin passes, so the same tables serve all. Valid for the lifetime of the process.
std::map<std::string, const void *> hostServices();

} // namespace psa::plugin
