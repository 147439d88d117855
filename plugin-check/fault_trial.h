#pragma once

#include "plugin-check/check_context.h"
#include "plugin-check/plugin_run.h"

#include <functional>

namespace psa::check {

/// Which faults of a call are tried: true = this one. `struck`: the request that would fail.
using FaultFilter = std::function<bool(const NetFault &fault, const Sent &struck)>;

/// A FaultFilter: those after which nobody knows whether the changing request was carried out.
bool isLostAnswer(const NetFault &fault, const Sent &struck);

/// Repeats `call`, each time with one fault at one of its exchanges, and reports false statements of the plugin about
/// it. Ends the check if the plugin does not return.
void tryFaults(CheckContext &context, const PluginRun &run, const GoodCall &call, const FaultFilter &filter);

/// "create_ticket, exchange 2 (POST https://...), 401".
std::string placeOf(const GoodCall &call, std::size_t at, const Sent &struck, const NetFault &fault);

} // namespace psa::check
