#pragma once

#include "plugin-check/check.h"

namespace psa::check {

/// Every check, in the order in which they run: what a check needs stands before it.
const std::vector<Check> &catalogue();

/// The check `id`, or nullptr.
const Check *findCheck(const std::string &id);

} // namespace psa::check
