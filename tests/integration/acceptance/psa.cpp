#include "psa.h"

#include <catch2/catch.hpp>

namespace psa::test {

void Psa::warmUp()
{
    const plugin::CallOutcome outcome = create("warm-up", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
}

} // namespace psa::test
