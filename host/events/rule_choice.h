#pragma once

#include "host/events/decisions.h"

#include <cstddef>
#include <string>
#include <utility>

namespace psa::events {

/// Tries the rules in their order, for one event.
class RuleSearch
{
public:
    RuleSearch(const Ruleset &rules, rules::Facts facts, const connection::Connections &connections)
        : rules_(rules), facts_(std::move(facts)), connections_(connections)
    {
    }

    /// The next rule that is on and takes the event; nullptr if there is none left. Rules in dry run that would take it,
    /// and rules that cannot be evaluated, are added to `decision`.
    const LiveRule *next(Decision &decision);
    /// Why the last one took it.
    const std::string &why() const { return why_; }

private:
    RuleRemark dryRun(const LiveRule &rule, std::string why) const;

    const Ruleset &rules_;
    const rules::Facts facts_;
    const connection::Connections &connections_;
    std::size_t at_ = 0;
    std::string why_;
};

} // namespace psa::events
