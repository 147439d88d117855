#include "host/events/rule_preview.h"

#include "host/events/episode.h"
#include "host/json/json_text.h"

#include <algorithm>
#include <map>

namespace psa::events {
namespace {

constexpr std::size_t eventsAtOnce = 500;
constexpr std::int64_t mostEvents = 100000;
constexpr std::size_t mostExamples = 20;
constexpr std::size_t mostProblems = 10;

rules::Facts factsOf(const Event &event, const std::string &source, std::int64_t repeats, Instant now)
{
    rules::Facts facts;
    facts.event = &event;
    facts.source = source;
    facts.repeats = repeats;
    facts.now = now;
    return facts;
}

/// Replays the episodes of stored events for one rule.
class Replay
{
public:
    Replay(const rules::Rule &rule, const std::vector<LiveRule> &before, const rules::CustomerTable &customers)
        : rule_(rule), before_(before), customers_(customers)
    {
    }

    void add(const store::StoredEvent &row)
    {
        ++result_.events;
        if (row.episodeId == 0)
            return;
        const Instant time = instantFrom(row.received);
        Episode &episode = episodes_.try_emplace(row.episodeId, Episode{time, {}, 0}).first->second;
        passTime(episode, time);
        if (row.kind == toText(EventKind::recovery))
            episode.over = true;
        else if (row.kind == toText(EventKind::problem))
            addProblem(episode, row, time);
        passTime(episode, time);
    }

    RulePreview end(Instant now)
    {
        for (auto &[id, episode] : episodes_)
            passTime(episode, now);
        return std::move(result_);
    }

private:
    struct Episode
    {
        Instant opened;
        store::StoredEvent last;
        std::int64_t problems = 0;
        bool matched = false;
        bool decided = false; ///< It has its ticket, or another rule takes it.
        bool over = false;
    };

    void addProblem(Episode &episode, const store::StoredEvent &row, Instant time)
    {
        ++episode.problems;
        episode.last = row;
        if (episode.matched || episode.decided)
            return;
        const Event event = eventFrom(*json::parseObject(row.documentJson));
        const rules::Facts facts = factsOf(event, row.source, episode.problems, time);
        if (!rule_.appliesTo(facts))
            return;
        episode.matched = true;
        ++result_.matched;
        if (std::any_of(before_.begin(), before_.end(), [&](const LiveRule &each) {
                return each.damage.empty() && each.rule.mode == rules::RuleMode::on && each.rule.appliesTo(facts);
            }))
        {
            episode.decided = true;
            ++result_.takenEarlier;
        }
    }

    void passTime(Episode &episode, Instant time)
    {
        if (!episode.matched || episode.decided || episode.over || !createsTicket(rule_) ||
            episode.problems < rule_.holdDown.problems || time < episode.opened + rule_.holdDown.length)
            return;
        episode.decided = true;
        ++result_.tickets;
        try
        {
            const Event event = eventFrom(*json::parseObject(episode.last.documentJson));
            RulePreview::Example example{
                episode.last,
                draftTicket(rule_, factsOf(event, episode.last.source, episode.problems, time), customers_)};
            if (result_.examples.size() == mostExamples)
                result_.examples.erase(result_.examples.begin());
            result_.examples.push_back(std::move(example));
        }
        catch (const rules::RuleFailed &error)
        {
            note(error.what());
        }
    }

    void note(const std::string &problem)
    {
        auto &all = result_.problems;
        if (all.size() < mostProblems && std::find(all.begin(), all.end(), problem) == all.end())
            all.push_back(problem);
    }

    const rules::Rule &rule_;
    const std::vector<LiveRule> &before_;
    const rules::CustomerTable &customers_;
    std::map<std::int64_t, Episode> episodes_;
    RulePreview result_;
};

} // namespace

std::vector<RuleVerdict> testRules(const Ruleset &rules, const Event &event, const std::string &source, Instant now,
                                   const connection::Connections &connections)
{
    std::vector<RuleVerdict> verdicts;
    const rules::Facts facts = factsOf(event, source, 1, now);
    bool taken = false;
    for (const LiveRule &live : rules.rules)
    {
        RuleVerdict verdict;
        verdict.rule = live.name;
        verdict.why = troubleOf(live, connections);
        if (verdict.why.empty())
        {
            verdict.matches = live.rule.appliesTo(facts);
            verdict.takes = verdict.matches && !taken && live.rule.mode == rules::RuleMode::on;
            taken = taken || verdict.takes;
            verdict.why = live.rule.conditions.why(facts);
            try
            {
                if (verdict.matches && createsTicket(live.rule))
                    verdict.draft = draftTicket(live.rule, facts, rules.customers);
            }
            catch (const rules::RuleFailed &error)
            {
                verdict.takes = false;
                verdict.why = error.what();
            }
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

RulePreview previewRule(store::Store &store, const rules::Rule &rule, const std::vector<LiveRule> &before,
                        const rules::CustomerTable &customers, Instant since, Instant now)
{
    Replay replay(rule, before, customers);
    std::int64_t last = 0;
    std::int64_t seen = 0;
    while (seen < mostEvents)
    {
        const auto rows = store.read(
            [&](const store::StoreReader &reader) { return reader.eventsSince(wallFrom(since), last, eventsAtOnce); });
        if (rows.empty())
            return replay.end(now);
        for (const store::StoredEvent &row : rows)
            if (!row.documentJson.empty()) // otherwise it was purged
                replay.add(row);
        last = rows.back().id;
        seen += static_cast<std::int64_t>(rows.size());
    }
    RulePreview preview = replay.end(now);
    preview.all = false;
    return preview;
}

} // namespace psa::events
