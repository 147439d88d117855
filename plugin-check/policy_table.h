#pragma once

#include "plugin-check/check.h"

#include <iosfwd>

namespace psa::check {

/// Every check up to `level`, one line each.
void printList(int level, std::ostream &out);
/// The same as JSON.
void printListJson(int level, std::ostream &out);
/// The complete text of docs/plugin-policies.md.
void printPolicies(std::ostream &out);
/// The purpose of one check.
void printExplanation(const Check &check, std::ostream &out);

} // namespace psa::check
