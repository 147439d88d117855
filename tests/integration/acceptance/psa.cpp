#include "psa.h"

#include <catch2/catch.hpp>

namespace psa::test {

void Psa::warmUp()
{
    const plugin::CallOutcome outcome = create("warm-up", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
}

void Psa::faultCreate(const std::string &fault, int count)
{
    faultAt(facts_.create.method, facts_.create.path, fault, count);
}

} // namespace psa::test
