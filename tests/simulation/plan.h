#pragma once

#include "tests/simulation/scheduler.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace psa::simulation {

/// One thing that happens to the hosts or their PSA.
struct Act
{
    enum class Kind
    {
        submit,   ///< A client submits ticket `subject`, `times` times if it has a key, which those of 4 do not have.
        note,     ///< A client adds note `number` to ticket `subject`.
        change,   ///< A client sets the priority of ticket `subject` to `number`.
        resolve,  ///< A client resolves ticket `subject`; with an even `number` only if no human has touched it.
        problem,  ///< A source reports outage `subject`, and with it outage `number`, if that is not 0; `times` times.
        worse,    ///< A source says that outage `subject` has become worse.
        recovery, ///< A source reports the end of outage `subject`, likewise.
        crash,    ///< Host `host` stops, and starts again after `span`.
        pause,    ///< Host `host` stands still for `span`; with `number` 1 its machine is suspended.
        drain,    ///< Host `host` hands over its work, and starts again after `span`.
        crashAt,  ///< The same as crash, once it has come `times` times to the point `number`; see pointNames.
        pauseAt,  ///< Likewise.
        storeTrouble, ///< For `span`, `number` of 1000 writes of host `host` fail in some way.
        psaTrouble,   ///< For `span`, the PSA of connection `subject` has trouble of kind `number`; see troubleNames.
        human,        ///< A human does `number` to a ticket in the PSA of connection `subject`; see PsaModel::HumanAct.
        operate       ///< An operator looks after something that needs a human; with `number` of 3 discards it.
    };

    Kind kind = Kind::submit;
    SimTime at{0};
    int host = 0;
    int subject = 0;
    int number = 0;
    int times = 1;
    SimTime span{0};
};

/// Where crashAt and pauseAt stop a host.
extern const std::vector<std::string> pointNames;
extern const std::vector<std::string> troubleNames;

/// A problem somewhere, which a source reports.
struct Outage
{
    int source =
        0; ///< 0: its events have times, and arrive in any order; 1: they have ids, and come one after the other.
    std::string key;
    int customer = 1; ///< 1 to 3; 4 is in no table.
    SimTime start{0};
    std::optional<SimTime> end; ///< nullopt = it lasts.
};

/// Everything about a run that is not left to the scheduler's choice.
struct Plan
{
    std::uint64_t seed = 0;
    int hosts = 1;               ///< 1 to 3.
    int rules = 0;               ///< Which rules are in effect; see ruleSets.
    std::size_t requests = 1000; ///< What the PSA allows in a window.
    SimTime calm{0};             ///< When all faults end.
    std::vector<Outage> outages; ///< Numbered from 1.
    std::vector<Act> acts;       ///< By time.
};

/// Sets of rules, as documents.
extern const std::vector<std::vector<std::string>> ruleSets;

std::string connectionOf(int subject);
Plan planFrom(std::uint64_t seed);
/// One line for each act, in the words of an operator.
std::string toText(const Plan &plan);

} // namespace psa::simulation
