#pragma once

#include "host/check/check.h"
#include "host/check/check_result.h"

#include <iosfwd>

namespace psa::check {

/// One check as a person reads it: a line, and what was found below it.
void printResult(const Check &check, const CheckResult &result, std::ostream &out);

/// The last lines: how many of each kind, and how to see one again.
void printSummary(const std::vector<CheckResult> &results, std::ostream &out);

} // namespace psa::check
