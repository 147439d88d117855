#include "host/events/decisions.h"

#include "host/events/episode_case.h"
#include "host/events/rule_choice.h"
#include "host/json/json_text.h"

#include <algorithm>
#include <map>

namespace psa::events {
namespace {

using Poco::JSON::Object;

Object::Ptr toJson(const RuleRemark &remark)
{
    Object::Ptr document = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    document->set("rule", remark.rule);
    document->set("why", remark.why);
    if (!remark.ticket.isNull())
        document->set("ticket", remark.ticket);
    if (!remark.unset.empty())
        document->set("unset", json::arrayOf(remark.unset));
    return document;
}

std::string customerOf(const Event &event)
{
    return event.customer.name.empty() ? event.customer.id : event.customer.name;
}

store::StoredEvent rowOf(const Event &event, const Arrival &arrival)
{
    store::StoredEvent row;
    row.deliveryId = arrival.deliveryId;
    row.sourceId = arrival.settings.id;
    row.source = arrival.settings.name;
    row.received = wallFrom(arrival.received);
    row.kind = toText(event.kind);
    row.key = event.key;
    row.severity = event.severity ? toText(*event.severity) : "";
    row.title = event.title;
    row.customer = customerOf(event);
    row.customerId = event.customer.id;
    row.documentJson = json::toText(*toJson(event));
    return row;
}

store::StoredEpisode newEpisode(const Event &event, const Arrival &arrival)
{
    store::StoredEpisode episode;
    episode.sourceId = arrival.settings.id;
    episode.source = arrival.settings.name;
    episode.key = event.key;
    episode.group = event.group;
    episode.opened = episode.seen = wallFrom(arrival.received);
    return episode;
}

/// Groups of which every event of the delivery is a recovery: all of the group is over, also what the delivery does not
/// show.
std::map<std::string, const Event *> groupsThatAreOver(const std::vector<Event> &events)
{
    std::map<std::string, const Event *> over;
    for (const Event &event : events)
    {
        if (event.group.empty())
            continue;
        const auto at = over.try_emplace(event.group, &event).first;
        if (event.kind != EventKind::recovery)
            at->second = nullptr;
    }
    return over;
}

const char *textOfNothing(EventKind kind)
{
    switch (kind)
    {
    case EventKind::recovery:
        return "No problem with this key is known.";
    case EventKind::update:
        return "No problem with this key is known, and an update does not open one.";
    case EventKind::test:
        return "A test: it makes no ticket.";
    default:
        return "Neither a problem nor a recovery: it is only counted.";
    }
}

} // namespace

Object::Ptr toJson(const Decision &decision)
{
    Object::Ptr document = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    document->set("code", decision.code);
    const auto put = [&](const char *name, const std::string &text) {
        if (!text.empty())
            document->set(name, text);
    };
    put("text", decision.text);
    put("window", decision.window);
    put("rule", decision.rule);
    if (decision.ruleVersion != 0)
        document->set("ruleVersion", Poco::Int64(decision.ruleVersion));
    put("why", decision.why);
    if (!decision.dryRuns.empty())
        document->set("dryRun", json::arrayOf(decision.dryRuns, [](const RuleRemark &each) { return toJson(each); }));
    if (!decision.skipped.empty())
        document->set("skipped", json::arrayOf(decision.skipped, [](const RuleRemark &each) { return toJson(each); }));
    return document;
}

/// The events of one delivery while they are decided.
class Decisions::Batch
{
public:
    Batch(const Decisions &decisions, store::StoreWriter &writer, const Arrival &arrival)
        : decisions_(decisions), rules_(decisions.rules_()), writer_(writer), arrival_(arrival)
    {
    }

    void add(const Event &event)
    {
        store::StoredEvent row = rowOf(event, arrival_);
        row.id = writer_.addEvent(row);
        const Decision decision = decide(event, row);
        row.decision = decision.code;
        row.decisionJson = json::toText(*toJson(decision));
        writer_.saveEvent(row);
        decided_.events.push_back(std::move(row));
    }

    void endGroup(const std::string &group, const Event &recovery)
    {
        for (const store::StoredEpisode &each : writer_.openEpisodesOfGroup(arrival_.settings.id, group))
        {
            EpisodeCase episode(parts(), recovery, 0, each);
            episode.end();
            episode.save();
        }
    }

    Decided take() { return std::move(decided_); }

private:
    EpisodeCase::Parts parts()
    {
        return {decisions_.connections_,
                decisions_.tickets_,
                *rules_,
                arrival_.settings,
                writer_,
                arrival_.received,
                decided_};
    }

    Decision decide(const Event &event, store::StoredEvent &row)
    {
        const bool hasEpisode = event.kind != EventKind::test && event.kind != EventKind::other;
        const auto last = hasEpisode ? writer_.latestEpisode(arrival_.settings.id, event.key) : std::nullopt;
        const Relation relation = relationOf(last, event, arrival_.received, arrival_.settings.staleAfter);
        if (relation == Relation::late || relation == Relation::nothing)
            return withoutEffect(event, relation, last, row);
        const bool opens = relation == Relation::opens;
        if (opens && last && last->state != store::EpisodeState::ended)
            supersede(*last);
        EpisodeCase episode(parts(), event, row.id, opens ? newEpisode(event, arrival_) : *last);
        if (opens)
            episode.open(last ? last->id : 0);
        else if (relation == Relation::ends)
            episode.end();
        else
            episode.follow();
        episode.save();
        row.episodeId = episode.episode().id;
        row.ticketId = episode.episode().ticketId;
        return episode.decision();
    }

    Decision withoutEffect(const Event &event, Relation relation, const std::optional<store::StoredEpisode> &last,
                           store::StoredEvent &row)
    {
        Decision decision;
        if (relation == Relation::late)
        {
            decision.code = "late";
            decision.text = "It tells of something that was over already when it arrived.";
            row.episodeId = last->id;
            row.ticketId = last->ticketId;
            return decision;
        }
        decision.text = textOfNothing(event.kind);
        if (event.kind == EventKind::recovery && ((event.at && !last) || somethingWaits()))
            row.episodeId = noteEnd(event);
        return decision;
    }

    /// The source has deliveries that are still to be read: the problem may be in one of them.
    bool somethingWaits() const
    {
        const store::SourceCounts counts = writer_.countsOf(arrival_.settings.id);
        return counts.kept + counts.notUnderstood > 0;
    }

    /// A recovery that arrives, or is read, before its problem: the problem is late then, and makes no ticket.
    std::int64_t noteEnd(const Event &event)
    {
        store::StoredEpisode episode = newEpisode(event, arrival_);
        episode.state = store::EpisodeState::ended;
        episode.ended = episode.opened;
        episode.occurrence = event.occurrence;
        episode.events = 1;
        EpisodeMemory memory;
        memory.endedAt = event.at;
        remember(episode, memory, arrival_.settings);
        return writer_.addEpisode(episode);
    }

    /// Another problem has begun under the key of an episode whose recovery never came. Its ticket is left alone.
    void supersede(store::StoredEpisode episode)
    {
        const EpisodeMemory memory = memoryOf(episode);
        episode.state = store::EpisodeState::ended;
        episode.ended = wallFrom(arrival_.received);
        remember(episode, memory, arrival_.settings);
        writer_.saveEpisode(episode);
        Object detail;
        detail.set("text", "Another problem began under the same key, and no recovery of this one was reported. Its "
                           "ticket is left alone.");
        writer_.addStep(
            {0, episode.id, 0, episode.ticketId, wallFrom(arrival_.received), "superseded", json::toText(detail)});
    }

    const Decisions &decisions_;
    const std::shared_ptr<const Ruleset> rules_;
    store::StoreWriter &writer_;
    const Arrival &arrival_;
    Decided decided_;
};

Decided Decisions::decide(store::StoreWriter &writer, const Arrival &arrival, const std::vector<Event> &events) const
{
    Batch batch(*this, writer, arrival);
    for (const Event &event : events)
        batch.add(event);
    for (const auto &[group, recovery] : groupsThatAreOver(events))
        if (recovery != nullptr)
            batch.endGroup(group, *recovery);
    return batch.take();
}

Decided Decisions::runDue(store::StoreWriter &writer, const store::StoredEpisode &episode,
                          const SourceSettings &settings, Instant now, bool sourceTalks) const
{
    Decided decided;
    const auto rules = rules_();
    const auto last = writer.event(memoryOf(episode).lastEvent);
    Event event;
    if (last && !last->documentJson.empty()) // otherwise it was purged
        event = eventFrom(*json::parseObject(last->documentJson));
    EpisodeCase due({connections_, tickets_, *rules, settings, writer, now, decided}, event, 0, episode);
    due.passTime(sourceTalks);
    due.save();
    return decided;
}

Decision Decisions::preview(const Event &event, const std::string &source, Instant now) const
{
    const auto rules = rules_();
    rules::Facts facts;
    facts.event = &event;
    facts.source = source;
    facts.repeats = 1;
    facts.now = now;
    Decision decision;
    if (event.kind != EventKind::problem)
    {
        decision.text =
            "Rules decide about the problem that opens an episode; later events follow the rule that took it.";
        return decision;
    }
    for (const rules::Window &window : rules->windows)
        if (window.covers(facts) && window.activeUntil(now))
        {
            decision.code = "window";
            decision.window = window.name;
            return decision;
        }
    RuleSearch search(*rules, facts, connections_);
    const LiveRule *taken = search.next(decision);
    decision.code = decision.dryRuns.empty() ? "no_rule" : "dry_run";
    if (taken == nullptr)
        return decision;
    decision.code = createsTicket(taken->rule) ? "ticket" : "suppressed";
    decision.rule = taken->name;
    decision.ruleVersion = taken->version;
    decision.why = search.why();
    return decision;
}

} // namespace psa::events
