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
    std::string failure;        ///< The plugin's message, free of secrets; "" = it passed.
    std::string hint;           ///< What to do about the failure; may be "".
    psa_status status = PSA_OK; ///< Of the failure.

    bool passed() const { return failure.empty(); }
};

ConnectionTest testOf(const plugin::CallOutcome &outcome, clock::Clock::Wall now);

/// `test` as a document to store with the connection, so that it survives a restart.
std::string toDocument(const ConnectionTest &test);
/// nullopt for "" and for an unreadable document: the connection is then tested again.
std::optional<ConnectionTest> testFrom(const std::string &document);

} // namespace psa::connection
