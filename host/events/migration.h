#pragma once

#include "host/connection/connections.h"
#include "host/secrets/crypto.h"
#include "host/store/store.h"

#include <string>
#include <vector>

namespace psa::events {

/// Takes over what release 0.1 stored of alerts, once: each connection that had an alert mapping or open alerts gets a
/// source "alertmanager-NAME" and rules that do the same, and the source gets the open alerts. One transaction, with
/// audit entries. Returns what could not be taken over exactly and what the operator has to do, as sentences; empty =
/// there was nothing to do. Must be called before definitions and sources are loaded. Throws StoreError.
///
/// A table of values of the mapping becomes one rule for each value, since a template cannot compare.
std::vector<std::string> migrateLegacyAlerts(store::Store &store, const connection::Connections &connections,
                                             const secrets::RandomSource &random);

/// Rules equivalent to the mapping of a connection, in their order. Exposed for tests.
struct MigratedRules
{
    std::vector<Poco::JSON::Object::Ptr> rules; ///< The last one takes what the others leave.
    std::vector<std::string> warnings;          ///< What they cannot do.
};

/// `mapping`: as release 0.1 stored it; `source`: whose events they take; `defaultCompany`: of the connection, "" = none.
MigratedRules migratedRules(const std::string &connection, const std::string &source, const Poco::JSON::Object &mapping,
                            const std::string &defaultCompany);

} // namespace psa::events
