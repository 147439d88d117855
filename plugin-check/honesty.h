#pragma once

#include "plugin-check/good_run.h"
#include "plugin-check/net_fault.h"
#include "plugin-check/plugin_run.h"

#include <optional>
#include <set>
#include <string>

namespace psa::check {

/// The statuses that are true after `fault` affected a request; `mutates` = it was the changing one.
/// docs/plugin-policies.md has a table of how the host treats each.
std::set<psa_status> expectedStatuses(const NetFault &fault, bool mutates);

/// Why the plugin's report of a call with a fault is false or useless; nullopt = it is fine. `at`: the affected
/// exchange; `good`: the same call without a fault; `isOptional`: the plugin can do without the affected request.
std::optional<std::string> whyDishonest(Verb verb, const NetFault &fault, std::size_t at, const Observed &good,
                                        const Observed &observed, bool isOptional);

} // namespace psa::check
