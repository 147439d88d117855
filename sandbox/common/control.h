#pragma once

#include "sandbox/common/clock.h"
#include "sandbox/common/fault.h"
#include "sandbox/common/request_log.h"
#include "sandbox/common/service.h"
#include "sandbox/common/switches.h"

namespace psa::sandbox {

/// What the control endpoint can read and change.
struct Controlled
{
    Service &service;
    FaultSet &faults;
    Switches &switches;
    RequestLog &log;
    SandboxClock &clock;
};

/// The control endpoint, JSON in and out; docs/sandbox.md describes its routes. Requests sent by a browser on behalf of
/// a web page are rejected. Thread-safe.
Answer answerControl(const Request &request, const Controlled &controlled);

/// The service's truth, with the counts of the log under "requests".
Object::Ptr wholeTruth(const Controlled &controlled);
/// Resets service, faults, switches and log; the clock keeps its time.
void resetAll(const Controlled &controlled);

} // namespace psa::sandbox
