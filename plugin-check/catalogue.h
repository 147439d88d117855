#pragma once

#include "plugin-check/check.h"

namespace psa::check {

/// All checks, in the order in which they run: each comes after those that it needs.
const std::vector<Check> &catalogue();

/// The check `id`, or nullptr.
const Check *findCheck(const std::string &id);

} // namespace psa::check
