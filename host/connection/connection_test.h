#pragma once

#include "host/clock/clock.h"
#include "host/plugin/call_state.h"

#include <optional>
#include <string>

namespace psa::connection {

/// Result of an operator's test of some credentials.
struct ConnectionTest
{
    clock::Clock::Wall time;    ///< When it ended.
    std::string failure;        ///< What the plugin said, free of secrets; "" = it passed.
    std::string hint;           ///< What to do about the failure; may be "".
    psa_status status = PSA_OK; ///< Of the failure.

    bool passed() const { return failure.empty(); }
};

ConnectionTest testOf(const plugin::CallOutcome &outcome, clock::Clock::Wall now);

/// `test` as a document to store with the connection, so that it outlives the process.
std::string toDocument(const ConnectionTest &test);
/// Nothing for "", and for what cannot be read: it is tested again then.
std::optional<ConnectionTest> testFrom(const std::string &document);

} // namespace psa::connection
