#pragma once

#include "plugin-check/check.h"

namespace psa::check {

// The checks by group, each in the source file with its name.
std::vector<Check> staticChecks();
std::vector<Check> abiChecks();
std::vector<Check> descriptorChecks();
std::vector<Check> configurationChecks();
std::vector<Check> verbChecks();
std::vector<Check> secretChecks();
std::vector<Check> lifecycleChecks();
std::vector<Check> hostChecks();
std::vector<Check> misuseChecks();
std::vector<Check> globalChecks();
std::vector<Check> informationChecks();
std::vector<Check> networkChecks();
std::vector<Check> ticketChecks();
std::vector<Check> loadChecks();
std::vector<Check> fuzzChecks();
std::vector<Check> templateChecks();

} // namespace psa::check
