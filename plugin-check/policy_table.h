#pragma once

#include "plugin-check/check.h"

#include <iosfwd>

namespace psa::check {

/// Every check up to `level`, a line each.
void printList(int level, std::ostream &out);
/// The same as JSON.
void printListJson(int level, std::ostream &out);
/// The whole of docs/plugin-policies.md.
void printPolicies(std::ostream &out);
/// What one check is for.
void printExplanation(const Check &check, std::ostream &out);

} // namespace psa::check
