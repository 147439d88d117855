#include "host/events/rule_choice.h"

namespace psa::events {

const LiveRule *RuleSearch::next(Decision &decision)
{
    while (at_ < rules_.rules.size())
    {
        const LiveRule &live = rules_.rules.at(at_++);
        if (live.damage.empty() && live.rule.mode == rules::RuleMode::off)
            continue;
        if (const std::string trouble = troubleOf(live, connections_); !trouble.empty())
        {
            decision.skipped.push_back({live.name, trouble});
            continue;
        }
        if (!live.rule.appliesTo(facts_))
            continue;
        std::string why = live.rule.conditions.why(facts_);
        if (live.rule.mode == rules::RuleMode::dryRun)
        {
            decision.dryRuns.push_back(dryRun(live, std::move(why)));
            continue;
        }
        why_ = std::move(why);
        return &live;
    }
    return nullptr;
}

RuleRemark RuleSearch::dryRun(const LiveRule &rule, std::string why) const
{
    RuleRemark remark{rule.name, std::move(why)};
    if (!createsTicket(rule.rule))
        return remark;
    try
    {
        TicketDraft draft = draftTicket(rule.rule, facts_, rules_.customers);
        remark.ticket = draft.request;
        remark.unset = std::move(draft.unset);
    }
    catch (const rules::RuleFailed &error)
    {
        remark.why = error.what();
    }
    return remark;
}

} // namespace psa::events
