#pragma once

#include "plugin-check/good_run.h"
#include "plugin-check/net_fault.h"
#include "plugin-check/plugin_run.h"

#include <optional>
#include <set>
#include <string>

namespace psa::check {

/// The statuses that are true after `fault` struck a request; `mutates` = it was the one that changes something. What
/// the host makes of each is in the table of docs/plugin-policies.md.
std::set<psa_status> honestStatuses(const NetFault &fault, bool mutates);

/// Why what the plugin said of a call with a fault is not true or of no use; nullopt = it is good. `at`: the exchange that
/// was struck; `good`: the same call without a fault; `isOptional`: the plugin can do without what was struck.
std::optional<std::string> whyDishonest(Verb verb, const NetFault &fault, std::size_t at, const Observed &good,
                                        const Observed &observed, bool isOptional);

} // namespace psa::check
