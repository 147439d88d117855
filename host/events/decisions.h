#pragma once

#include "host/events/arrival.h"
#include "host/events/episode.h"
#include "host/events/episode_tickets.h"
#include "host/events/ruleset.h"

#include <functional>
#include <string>
#include <vector>

namespace psa::events {

/// What a rule in dry run would do, or why a rule was skipped.
struct RuleRemark
{
    std::string rule;
    std::string why;
    Poco::JSON::Object::Ptr ticket = nullptr; ///< The request of the ticket that it would create.
    std::vector<std::string> unset = {};      ///< Names in its templates that the event does not set.
};

/// The outcome for one event; stored with it and shown to people.
struct Decision
{
    /// "ticket", "storm", "held", "repeat", "note", "recovered", "resolved", "reopened", "suppressed", "window",
    /// "no_rule", "dry_run", "unknown_customer", "late", "own", "nothing".
    std::string code = "nothing";
    std::string text;   ///< For people; "" = the code says it all.
    std::string window; ///< The maintenance window that suppressed it.
    std::string rule;   ///< The rule that took it.
    std::int64_t ruleVersion = 0;
    std::string why; ///< Why the rule took it.
    std::vector<RuleRemark> dryRuns;
    std::vector<RuleRemark> skipped; ///< Rules that could not be evaluated.
};
Poco::JSON::Object::Ptr toJson(const Decision &decision);

/// Decides what follows from events: which episode they belong to, and, by windows, rules and the customers table, which
/// tickets are created, updated and resolved. Everything happens in the caller's transaction. Thread-safe.
class Decisions
{
public:
    /// `rules`: what is in effect at the moment of the call. The arguments outlive it.
    Decisions(const connection::Connections &connections, const service::TicketService &tickets,
              std::function<std::shared_ptr<const Ruleset>()> rules)
        : connections_(connections), tickets_(connections, tickets), rules_(std::move(rules))
    {
    }

    /// Stores the events of one delivery and what follows from them.
    Decided decide(store::StoreWriter &writer, const Arrival &arrival, const std::vector<Event> &events) const;
    /// Does what has become due for an episode: the end of hold-down, of a window, of its silence. `sourceTalks`: the
    /// source has delivered something recently, so that silence about the episode means something.
    Decided runDue(store::StoreWriter &writer, const store::StoredEpisode &episode, const SourceSettings &settings,
                   Instant now, bool sourceTalks) const;
    /// What would be decided about an event that opens an episode; stores nothing.
    Decision preview(const Event &event, const std::string &source, Instant now) const;

private:
    class Batch;

    const connection::Connections &connections_;
    EpisodeTickets tickets_;
    std::function<std::shared_ptr<const Ruleset>()> rules_;
};

} // namespace psa::events
