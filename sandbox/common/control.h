#pragma once

#include "sandbox/common/clock.h"
#include "sandbox/common/fault.h"
#include "sandbox/common/request_log.h"
#include "sandbox/common/service.h"
#include "sandbox/common/switches.h"

namespace psa::sandbox {

/// What the control endpoint reads and changes.
struct Controlled
{
    Service &service;
    FaultSet &faults;
    Switches &switches;
    RequestLog &log;
    SandboxClock &clock;
};

/// The control endpoint, JSON in and out; docs/sandbox.md describes its routes. Requests that a web page made a
/// browser send are refused. May be called from any thread.
Answer answerControl(const Request &request, const Controlled &controlled);

/// What the service says of itself, with the counts of the log under "requests".
Object::Ptr wholeTruth(const Controlled &controlled);
/// Service, faults, switches and log as they were at the start; the clock keeps its time.
void resetAll(const Controlled &controlled);

} // namespace psa::sandbox
