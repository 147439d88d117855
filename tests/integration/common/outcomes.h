#pragma once

#include "host/plugin/call_state.h"
#include "sandbox/common/json_tools.h"
#include "sandbox/common/service.h"

#include <cstddef>
#include <string>
#include <vector>

namespace psa::test {

sandbox::Object::Ptr json(const std::string &text);
/// `document` with these members replaced; null removes one.
std::string changed(const std::string &document, const std::string &changes);

/// Of a result of create or read; empty if it failed.
std::string ticketId(const plugin::CallOutcome &outcome);
std::size_t foundTickets(const plugin::CallOutcome &outcome);
/// The "message" of each warning.
std::vector<std::string> warnings(const plugin::CallOutcome &outcome);
/// "id label" of each item, in their order.
std::vector<std::string> items(const plugin::CallOutcome &outcome);
/// The value of a detail of a test; "(none)" if it is missing.
std::string detail(const plugin::CallOutcome &outcome, const std::string &label);

/// How many creates with this reference a simulator received.
std::size_t received(const sandbox::ReferenceCounts &references, const std::string &reference);

/// One line for messages of failed tests.
std::string describe(const plugin::CallOutcome &outcome);

} // namespace psa::test
