#pragma once

#include "tests/plugins/common/fake_host.h"

#include <functional>
#include <string>
#include <vector>

namespace psa::plugins::test {

/// A call of a plugin for a PSA that works.
struct OddCall
{
    std::string name;
    std::string schema; ///< Of what it returns; empty: nothing.
    std::function<Outcome(FakeHost &)> run;
};

/// Runs `call` with each request answered in turn by what no PSA should answer (nothing, pages of gateways, wrong
/// types, invalid ids; with successful and other statuses), and checks the result: never a crash, a second create or a
/// result outside the schema; never "created" or "not created" if that is unknown; never "none" from garbage; never an
/// error that blames the plugin for an answer that is not a rejection.
void checkOddAnswers(const OddCall &call);

} // namespace psa::plugins::test
