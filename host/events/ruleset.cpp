#include "host/events/ruleset.h"

namespace psa::events {

std::string troubleOf(const LiveRule &rule, const connection::Connections &connections)
{
    if (!rule.damage.empty())
        return "The stored rule cannot be read: " + rule.damage + ". Enter it again.";
    if (rule.rule.action != rules::RuleAction::ticket)
        return "";
    const std::string &name = rule.rule.ticket.connection;
    const auto live = connections.find(name);
    if (!live)
        return "Its connection \"" + name + "\" does not exist. Choose another one and save the rule.";
    if (live->stored.uid != rule.connectionUid)
        return "Its connection \"" + name +
               "\" was removed and made again since the rule was saved. Check that it is the right one, and save the "
               "rule again.";
    return "";
}

} // namespace psa::events
