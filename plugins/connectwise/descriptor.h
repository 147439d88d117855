#pragma once

#include <string>

namespace psa::plugins::connectwise {

/// The result of describe: everything that a host knows about this plugin. `id` and `version` are those of its build.
std::string descriptor(const std::string &id, const std::string &version);

} // namespace psa::plugins::connectwise
