#pragma once

#include "plugin-check/check.h"
#include "plugin-check/run_report.h"

#include <iosfwd>

namespace psa::check {

/// The first line: what is checked, how hard, with which seed.
void printHead(const RunReport &report, std::ostream &out);

/// One check as a person reads it: a line, and what was found below it.
void printResult(const Check &check, const CheckResult &result, std::ostream &out);

/// The last lines: how many of each kind, what is waived, and how to see one again.
void printSummary(const RunReport &report, std::ostream &out);

} // namespace psa::check
