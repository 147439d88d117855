#pragma once

#include "plugin-check/call_record.h"

#include <string>
#include <vector>

namespace psa::check {

// Violations of the contract of psa/plugin.h in one call, as sentences; empty = none. One function per rule.

/// Results and errors are delivered at most once, and only where they belong.
std::vector<std::string> breachesOfDelivery(const CallRecord &record);
/// Status, result and error are consistent, and a failure says why.
std::vector<std::string> breachesOfEnding(const CallRecord &record);
/// Documents and texts are valid: size, UTF-8, schema.
std::vector<std::string> breachesOfDocuments(const CallRecord &record);
/// Log lines are lines of UTF-8 with a valid level, and not too many.
std::vector<std::string> breachesOfLog(const CallRecord &record);
/// The status is one that the function may return.
std::vector<std::string> breachesOfStatus(const CallRecord &record);

} // namespace psa::check
