#pragma once

#include "plugin-check/check.h"
#include "plugin-check/run_report.h"

#include <iosfwd>

namespace psa::check {

/// The first line: the checked file, the level and the seed.
void printHead(const RunReport &report, std::ostream &out);

/// One check for a person: a line, with its findings below.
void printResult(const Check &check, const CheckResult &result, std::ostream &out);

/// The last lines: the number of each verdict, the waivers, and how to repeat a check.
void printSummary(const RunReport &report, std::ostream &out);

} // namespace psa::check
