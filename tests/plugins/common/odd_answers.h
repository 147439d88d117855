#pragma once

#include "tests/plugins/common/fake_host.h"

#include <functional>
#include <string>
#include <vector>

namespace psa::plugins::test {

/// A call of a plugin in a PSA in which everything works.
struct OddCall
{
    std::string name;
    std::string schema; ///< Of what it returns.
    std::function<Outcome(FakeHost &)> run;
};

/// Runs `call` with each request answered in turn by what no PSA should answer (nothing, pages of gateways, other types,
/// ids that are none; with good and bad statuses), and checks what the plugin makes of it: never a crash, a second create or
/// an answer outside the schema; never "created" or "not created" where nobody knows; never "none" from garbage; never an
/// error that blames the plugin for an answer that is not a refusal.
void checkOddAnswers(const OddCall &call);

} // namespace psa::plugins::test
