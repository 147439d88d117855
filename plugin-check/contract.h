#pragma once

#include "plugin-check/call_record.h"

#include <string>
#include <vector>

namespace psa::check {

// What one call did against the contract of psa/plugin.h, in sentences; empty = nothing. Each rule has one of these.

/// Results and errors at most once, and only where they belong.
std::vector<std::string> breachesOfDelivery(const CallRecord &record);
/// Status, result and error fit together, and a failure says why.
std::vector<std::string> breachesOfEnding(const CallRecord &record);
/// Documents and texts are valid: size, UTF-8, schema.
std::vector<std::string> breachesOfDocuments(const CallRecord &record);
/// Log lines are lines of UTF-8 with a level, and not too many.
std::vector<std::string> breachesOfLog(const CallRecord &record);
/// The status is one that the function may return.
std::vector<std::string> breachesOfStatus(const CallRecord &record);

} // namespace psa::check
