#pragma once

#include "tests/simulation/world.h"

namespace psa::simulation {

/// Leaves out acts of a plan that breaks an invariant, for as long as a plan without them breaks the same one and less than
/// `most` runs were needed.
Plan shrunk(Plan plan, const std::string &broken, int most);

} // namespace psa::simulation
