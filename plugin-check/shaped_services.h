#pragma once

#include "plugin-check/host_shape.h"

#include <map>
#include <string>

namespace psa::check {

/// The host's own services, with tables and answers in `shape`. Valid as long as the process lives; the last shape that
/// was asked for is the one of the answers.
std::map<std::string, const void *> shapedServices(const HostShape &shape);

} // namespace psa::check
