#pragma once

#include "tests/chaos/fleet.h"

#include <chrono>

namespace psa::test::chaos::fleet {

/// How long after the death of hosts others had done their work.
struct TakeOverTimes
{
    std::chrono::duration<double> ready{0}; ///< What was ready; the longest.
    std::chrono::duration<double> sent{0};  ///< What was being sent, by looking; the longest.

    void include(const TakeOverTimes &other);
};

/// Kills one host and freezes another while each is sending tickets, whose responses are late, and gives them more. Checks
/// that the third one sends what was ready within 15 seconds, and looks for what was being sent when the calls of the others
/// can reach the PSA no more, without sending it again. Nothing else may go on; faults of the simulators are removed.
/// `number`: unique in a run.
TakeOverTimes checkTakeOver(Fleet &fleet, int number);

} // namespace psa::test::chaos::fleet
