#pragma once

#include "host/connection/connections.h"
#include "host/events/rules/customer.h"
#include "host/events/rules/rule.h"
#include "host/events/rules/window.h"
#include "host/store/event_records.h"

#include <cstdint>
#include <string>
#include <vector>

namespace psa::events {

/// A rule as it is in effect.
struct LiveRule
{
    std::int64_t id = 0;
    std::string name;
    std::int64_t version = 0;
    std::int64_t position = 0; ///< From 1.
    std::string damage;        ///< Why its stored document cannot be read; then `rule` has no content. "" = it can.
    rules::Rule rule;
    /// Uid of its connection when the rule was last saved; "" = it makes no tickets, or there was no such connection.
    std::string connectionUid;
};

/// A stored window or customer that cannot be read: it counts as not there.
struct DamagedDefinition
{
    store::DefinitionKind kind = store::DefinitionKind::window;
    std::string name;
    std::string why;
};

/// All rules, windows and customers in effect. Immutable.
struct Ruleset
{
    std::vector<LiveRule> rules; ///< In the order in which they are tried.
    std::vector<rules::Window> windows;
    rules::CustomerTable customers;
    std::vector<DamagedDefinition> damaged;
};

/// Why `rule` cannot be evaluated now, and what to do; "" = it can. Its document is damaged, or its connection was
/// removed, even if it was made again under the same name.
std::string troubleOf(const LiveRule &rule, const connection::Connections &connections);

} // namespace psa::events
