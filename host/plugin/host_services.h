#pragma once

#include <map>
#include <string>

namespace psa::plugin {

/// The tables of psa.http/1, psa.clock/1 and psa.cache/1 by id, for HostTable. They find the connection they work for
/// through the call that a plugin hands them, so the same tables serve all. Valid as long as the process lives.
std::map<std::string, const void *> hostServices();

} // namespace psa::plugin
