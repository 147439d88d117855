#pragma once

#include <string>

namespace psa::plugins::autotask {

/// What describe returns: all that a host knows of this plugin. `id` and `version` are those of its build.
std::string descriptor(const std::string &id, const std::string &version);

} // namespace psa::plugins::autotask
