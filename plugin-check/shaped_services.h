#pragma once

#include "plugin-check/host_shape.h"

#include <map>
#include <string>

namespace psa::check {

/// The host's own services, with tables and responses in `shape`. Valid as long as the process lives; responses use the
/// most recently requested shape.
std::map<std::string, const void *> shapedServices(const HostShape &shape);

} // namespace psa::check
