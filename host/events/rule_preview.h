#pragma once

#include "host/events/event.h"
#include "host/events/ruleset.h"
#include "host/events/ticket_draft.h"
#include "host/store/store.h"

#include <cstdint>
#include <string>
#include <vector>

namespace psa::events {

// What rules would do, without doing it.

/// What one rule would do with one event.
struct RuleVerdict
{
    std::string rule;
    bool matches = false;
    bool takes = false; ///< It matches, is on, and no rule before it takes the event.
    std::string why;    ///< Why it matches or not, or why it cannot be evaluated.
    TicketDraft draft;  ///< If it matches and creates tickets; otherwise `request` is null.
};

/// What each rule would do with a problem, in their order. Rules that are off are tested too.
std::vector<RuleVerdict> testRules(const Ruleset &rules, const Event &event, const std::string &source, Instant now,
                                   const connection::Connections &connections);

/// What a rule would have done with the events of the past.
struct RulePreview
{
    struct Example
    {
        store::StoredEvent event; ///< For which it would have created a ticket.
        TicketDraft draft;
    };

    std::int64_t events = 0;           ///< That were looked at.
    std::int64_t matched = 0;          ///< Episodes that it matches.
    std::int64_t takenEarlier = 0;     ///< Of these, those that a rule before it takes.
    std::int64_t tickets = 0;          ///< That it would have created, without regard to storms and windows.
    std::vector<Example> examples;     ///< The last ones.
    std::vector<std::string> problems; ///< Why it could not be evaluated, without repetition.
    bool all = true;                   ///< False if there were too many events to look at.
};

/// `rule`: not necessarily stored. `before`: the rules that are tried before it. Looks at stored events since `since`, in
/// steps that do not hold up the store.
RulePreview previewRule(store::Store &store, const rules::Rule &rule, const std::vector<LiveRule> &before,
                        const rules::CustomerTable &customers, Instant since, Instant now);

} // namespace psa::events
