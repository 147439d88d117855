#include "host/events/episode_case.h"

#include "host/events/episode_texts.h"
#include "host/events/notices.h"
#include "host/events/rule_choice.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"

#include <algorithm>

namespace psa::events {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

/// Rules that could not be evaluated are tried again after this time, even without a further event.
constexpr auto retryAfter = 1min;
/// The value of the store with the id of the episode whose ticket is about psa-host itself.
constexpr const char *ownEpisodePlace = "own alert episode";

} // namespace

EpisodeCase::EpisodeCase(const Parts &parts, const Event &event, std::int64_t eventId, store::StoredEpisode episode)
    : parts_(parts), event_(event), eventId_(eventId), episode_(std::move(episode)), memory_(memoryOf(episode_)),
      stored_(episode_.id != 0)
{
    if (eventId_ == 0)
        return;
    const auto before = memory_.severity;
    take(episode_, memory_, event_, eventId_, parts_.now);
    rose_ = before && memory_.severity > before;
}

void EpisodeCase::open(std::int64_t previous)
{
    memory_.previous = previous;
    match();
}

/// Windows first, then the rules in their order.
void EpisodeCase::match()
{
    memory_.retryAt.reset();
    if (isSuppressedByWindow() || joinsOwn())
        return;
    RuleSearch search(parts_.rules, facts(), parts_.connections);
    while (const LiveRule *rule = search.next(decision_))
        if (takenBy(*rule, search.why()))
            return;
    decision_.code = decision_.dryRuns.empty() ? "no_rule" : "dry_run";
    if (!decision_.skipped.empty())
        memory_.retryAt = parts_.now + retryAfter;
    tellNoRule();
}

bool EpisodeCase::isSuppressedByWindow()
{
    memory_.windowEnds.reset();
    const rules::Facts about = facts();
    for (const rules::Window &window : parts_.rules.windows)
    {
        const auto until = window.covers(about) ? window.activeUntil(parts_.now) : std::nullopt;
        if (!until || (memory_.windowEnds && *until <= *memory_.windowEnds))
            continue;
        memory_.windowEnds = until;
        memory_.window = decision_.window = window.name;
    }
    if (!memory_.windowEnds)
        return false;
    decision_.code = "window";
    decision_.text = "Suppressed by the maintenance window \"" + memory_.window + "\" until " +
                     toText(*memory_.windowEnds) + "; if it still lasts then, the rules decide.";
    return true;
}

/// Alerts about psa-host itself share one ticket: otherwise a PSA that cannot be reached would get a ticket for each
/// alert that says so, and each of those would raise further alerts.
bool EpisodeCase::joinsOwn()
{
    if (!isAboutHost(event_))
        return false;
    memory_.own = true;
    const std::string id = parts_.writer.value(ownEpisodePlace).value_or("");
    const auto first = id.empty() ? std::nullopt : parts_.writer.episode(std::stoll(id));
    if (!first || first->id == episode_.id || first->ticketId == 0 ||
        parts_.writer.openEpisodesOfTicket(first->ticketId) == 0)
        return false;
    episode_.ticketId = first->ticketId;
    episode_.connection = first->connection;
    episode_.connectionUid = first->connectionUid;
    episode_.ruleId = first->ruleId;
    episode_.ruleVersion = first->ruleVersion;
    decision_.code = "own";
    decision_.text = "About psa-host itself, which has the ticket " + std::to_string(first->ticketId) + " already.";
    return true;
}

/// False if the rule turns out not to be applicable; it is then skipped.
bool EpisodeCase::takenBy(const LiveRule &live, const std::string &why)
{
    const store::StoredEpisode before = episode_;
    try
    {
        episode_.ruleId = live.id;
        episode_.ruleVersion = live.version;
        episode_.connection = createsTicket(live.rule) ? live.rule.ticket.connection : "";
        episode_.connectionUid = live.connectionUid;
        decision_.rule = live.rule.name;
        decision_.ruleVersion = live.version;
        decision_.why = why;
        applyTo(live);
        return true;
    }
    catch (const rules::RuleFailed &error)
    {
        episode_ = before;
        decision_.rule.clear();
        decision_.skipped.push_back({live.rule.name, error.what()});
        return false;
    }
}

void EpisodeCase::applyTo(const LiveRule &live)
{
    if (!createsTicket(live.rule))
        decision_.code = "suppressed";
    else if (isHeld(live.rule))
        decision_.code = "held";
    else
        createTicket(live.rule);
}

/// Hold-down: whether the rule still waits before it creates a ticket.
bool EpisodeCase::isHeld(const rules::Rule &rule)
{
    const Instant until = instantFrom(episode_.opened) + rule.holdDown.length;
    const bool waits = parts_.now < until;
    memory_.held = waits || memory_.problems < rule.holdDown.problems;
    memory_.heldUntil = waits ? std::optional(until) : std::nullopt;
    if (memory_.held)
        decision_.text = heldText(rule.holdDown, memory_.problems, until);
    return memory_.held;
}

void EpisodeCase::createTicket(const rules::Rule &rule)
{
    std::string why;
    const auto live = parts_.tickets.connectionOf(episode_.connection, episode_.connectionUid, why);
    if (!live)
        throw rules::RuleFailed(why);
    TicketDraft draft = draftTicket(rule, facts(), parts_.rules.customers);
    episode_.customerKey = draft.customerKey;
    if (draft.company.unknown)
        noteUnknownCustomer(draft.company);
    decision_.code = draft.company.review ? "unknown_customer" : "ticket";
    decision_.text = draft.company.text;
    if (reopens(rule, draft) || joinsStorm(rule, draft))
        return;
    episode_.ticketId = parts_.tickets.create(parts_.writer, *live, draft, who());
    episode_.ownsTicket = true;
    parts_.out.wake.insert(episode_.connection);
    if (memory_.own)
    {
        save(); // its id is needed
        parts_.writer.putValue(ownEpisodePlace, std::to_string(episode_.id));
    }
    step("ticket", "Ticket " + std::to_string(episode_.ticketId) + " was created by the rule \"" + rule.name + "\".");
}

/// Whether the problem is back soon after its last episode, whose ticket then goes on.
bool EpisodeCase::reopens(const rules::Rule &rule, const TicketDraft &draft)
{
    if (!rule.reopenWithin)
        return false;
    const auto last = memory_.previous == 0 ? std::nullopt : parts_.writer.episode(memory_.previous);
    if (!last || last->ticketId == 0 || last->isStorm || !last->ended || last->ruleId != episode_.ruleId ||
        last->connectionUid != episode_.connectionUid || last->customerKey != draft.customerKey ||
        parts_.now - instantFrom(*last->ended) > *rule.reopenWithin)
        return false;
    episode_.ticketId = last->ticketId;
    const bool closed = EpisodeTickets::isResolved(parts_.writer, last->ticketId);
    const TicketChange change = closed ? parts_.tickets.reopen(parts_.writer, episode_, returnText(event_), who())
                                       : parts_.tickets.note(parts_.writer, episode_, returnText(event_), who());
    step(closed ? "reopened" : "note",
         "The problem is back: ticket " + std::to_string(last->ticketId) +
             (closed ? " is reopened." : " is still open."),
         &change);
    if (!change.done)
    {
        episode_.ticketId = 0; // a new ticket instead
        return false;
    }
    decision_.code = closed ? "reopened" : "note";
    return true;
}

/// Whether so many tickets were created for the customer that the rest becomes notes of one ticket.
bool EpisodeCase::joinsStorm(const rules::Rule &rule, TicketDraft &draft)
{
    if (!rule.storm)
        return false;
    const auto since = wallFrom(parts_.now - rule.storm->length);
    const auto running = parts_.writer.openStorm(episode_.ruleId, episode_.connectionUid, episode_.customerKey);
    if (running)
    {
        episode_.ticketId = running->ticketId;
        const TicketChange change = parts_.tickets.note(parts_.writer, episode_, stormText(event_), who());
        step("storm", "Joined the storm in ticket " + std::to_string(running->ticketId) + ".", &change);
        if (change.done)
        {
            episode_.isStorm = true;
            decision_.code = "storm";
            return true;
        }
        episode_.ticketId = 0;
    }
    const auto created =
        parts_.writer.ticketsByRule(episode_.ruleId, episode_.connectionUid, episode_.customerKey, since);
    if (created < rule.storm->tickets)
        return false;
    episode_.isStorm = true;
    parts_.writer.beginStorm();
    makeStormTicket(draft, rule, event_);
    decision_.code = "storm";
    decision_.text = json::sentences(stormReason(*rule.storm), decision_.text);
    return false;
}

void EpisodeCase::follow()
{
    decision_.code = "repeat";
    if (memory_.own && !episode_.ownsTicket)
        decision_.code = "own";
    else if (episode_.ticketId != 0)
        followTicket();
    else if (memory_.windowEnds && parts_.now < *memory_.windowEnds)
    {
        decision_.code = "window";
        decision_.window = memory_.window;
    }
    else
        decideAgain();
}

/// An episode without a ticket: its rule goes on, unless none took it or it has become worse.
void EpisodeCase::decideAgain()
{
    const LiveRule *rule = rose_ ? nullptr : storedRule();
    if (rule == nullptr || !takenBy(*rule, "It took the episode when it began."))
        match();
}

/// The rule that took the episode, as it was then; nullptr if none did or it cannot be read. Valid as long as this.
const LiveRule *EpisodeCase::storedRule()
{
    const auto isIt = [&](const LiveRule &rule) {
        return rule.id == episode_.ruleId && rule.version == episode_.ruleVersion && rule.damage.empty();
    };
    if (episode_.ruleId == 0)
        return nullptr;
    const auto &live = parts_.rules.rules;
    if (const auto at = std::find_if(live.begin(), live.end(), isIt); at != live.end())
        return &*at;
    if (olderRule_ && isIt(*olderRule_))
        return &*olderRule_;
    const auto document =
        parts_.writer.definitionVersion(store::DefinitionKind::rule, episode_.ruleId, episode_.ruleVersion);
    if (!document)
        return nullptr;
    try
    {
        LiveRule rule;
        rule.id = episode_.ruleId;
        rule.version = episode_.ruleVersion;
        rule.rule = rules::Rule::parse(*json::parseObject(*document));
        rule.name = rule.rule.name;
        rule.connectionUid = episode_.connectionUid;
        return &olderRule_.emplace(std::move(rule));
    }
    catch (const std::exception &)
    {
        return nullptr; // it was valid when it was stored, so the store is damaged: as if no rule had taken it
    }
}

void EpisodeCase::followTicket()
{
    const LiveRule *rule = storedRule();
    if (rule == nullptr || !createsTicket(rule->rule) || handlesHumanClose(*rule))
        return;
    noteRepeat(rule->rule);
}

/// Whether a human has closed the ticket although the problem lasts. That is known once the ticket was read again, for
/// which the next spare quota is used.
bool EpisodeCase::handlesHumanClose(const LiveRule &live)
{
    const rules::Rule &rule = live.rule;
    using Policy = rules::IfClosedByHuman;
    auto watch = parts_.writer.watch(episode_.ticketId);
    if (!watch || !watch->closed)
    {
        memory_.humanClosed = false;
        if (watch && rule.ifClosedByHuman != Policy::leave && !watch->due)
        {
            watch->due = wallFrom(parts_.now);
            parts_.writer.saveWatch(episode_.ticketId, *watch);
            parts_.out.wake.insert(episode_.connection);
        }
        return false;
    }
    if (memory_.humanClosed)
        return true;
    memory_.humanClosed = true;
    decision_.text = "A human has closed the ticket although the problem lasts.";
    if (rule.ifClosedByHuman == Policy::leave)
        step("closed_by_human", decision_.text + " It is left alone, as the rule says.");
    else if (rule.ifClosedByHuman == Policy::reopen)
    {
        decision_.code = "reopened";
        const TicketChange change = parts_.tickets.reopen(parts_.writer, episode_, lastsText(event_), who());
        step("reopened", "The problem lasts: the ticket that a human closed is reopened.", &change);
    }
    else
    {
        memory_.humanClosed = false;
        step("closed_by_human", decision_.text + " The rule asks for a new ticket.");
        episode_.ticketId = 0;
        if (!takenBy(live, "A human has closed the previous ticket."))
            match();
    }
    return true;
}

/// A note about the repetition, at the pace of the rule, and at once if the problem has become worse.
void EpisodeCase::noteRepeat(const rules::Rule &rule)
{
    const bool wanted = rule.onRepeat == rules::OnRepeat::note &&
                        (!memory_.lastNote || parts_.now - *memory_.lastNote >= rule.noteEvery);
    if (!wanted && !(rose_ && rule.onRepeat != rules::OnRepeat::nothing))
        return;
    const std::string text = rose_ ? roseText(event_) : repeatText(event_, memory_.problems, episode_.opened);
    const TicketChange change = parts_.tickets.note(parts_.writer, episode_, text, who());
    memory_.lastNote = parts_.now;
    decision_.code = "note";
    step("note", rose_ ? "The problem has become worse." : "The problem lasts.", &change);
}

void EpisodeCase::end()
{
    const bool waited = memory_.held && episode_.ticketId == 0;
    episode_.state = store::EpisodeState::ended;
    episode_.ended = wallFrom(parts_.now);
    memory_.endedAt = event_.kind == EventKind::recovery && event_.at ? event_.at : memory_.endedAt;
    memory_.held = false;
    memory_.heldUntil.reset();
    memory_.windowEnds.reset();
    memory_.retryAt.reset();
    decision_.code = "recovered";
    if (waited)
        decision_.text = "It was over before the rule's hold-down was: no ticket.";
    save(); // so that the ticket's open episodes are counted without it
    if (episode_.ticketId == 0)
        return;
    if (parts_.writer.openEpisodesOfTicket(episode_.ticketId) > 0)
        decision_.text = "Other problems of its ticket last.";
    else if (const LiveRule *rule = storedRule(); rule != nullptr && createsTicket(rule->rule))
        updateEnded(rule->rule);
}

/// What the rule wants done with the ticket when its last episode has ended.
void EpisodeCase::updateEnded(const rules::Rule &rule)
{
    using Wanted = rules::OnRecovery;
    const std::string text = overText(event_, episode_, parts_.now);
    if (rule.onRecovery == Wanted::note)
    {
        const TicketChange change = parts_.tickets.note(parts_.writer, episode_, text, who());
        step("note", "The problem is over.", &change);
    }
    else if (rule.onRecovery != Wanted::nothing)
    {
        const TicketChange change =
            parts_.tickets.resolve(parts_.writer, episode_, text, rule.onRecovery == Wanted::resolveIfUntouched, who());
        decision_.code = change.done && change.why.empty() ? "resolved" : "recovered";
        step("resolved", "The problem is over: its ticket is resolved.", &change);
    }
}

void EpisodeCase::passTime(bool sourceTalks)
{
    const auto passed = [&](const std::optional<Instant> &time) { return time && *time <= parts_.now; };
    const auto silence = parts_.now - instantFrom(episode_.seen);
    if (parts_.source.recoveredAfterSilence && silence >= *parts_.source.recoveredAfterSilence && sourceTalks)
    {
        step("silence", "Its source has not repeated it for " + std::to_string(silence / 1min) +
                            " minutes, which counts as a recovery as its settings say.");
        end();
        return;
    }
    if (parts_.source.staleAfter.count() > 0 && silence >= parts_.source.staleAfter &&
        episode_.state == store::EpisodeState::open)
    {
        episode_.state = store::EpisodeState::stale;
        step("stale", "Nothing was heard of it for " + std::to_string(silence / 1h) +
                          " hours. Its ticket is left alone; the next problem opens another episode.");
    }
    else if (event_.key.empty()) // its events are not kept any more
        memory_.windowEnds = memory_.retryAt = memory_.heldUntil = std::nullopt;
    else if (passed(memory_.windowEnds) || passed(memory_.retryAt))
        match();
    else if (passed(memory_.heldUntil))
        decideAgain();
    if (decision_.code != "nothing")
        step(decision_.code.c_str(), decision_.text);
}

void EpisodeCase::save()
{
    remember(episode_, memory_, parts_.source);
    if (stored_)
        parts_.writer.saveEpisode(episode_);
    else
        episode_.id = parts_.writer.addEpisode(episode_);
    stored_ = true;
    for (store::EventStep &each : steps_)
    {
        each.episodeId = episode_.id;
        parts_.writer.addStep(each);
    }
    steps_.clear();
}

rules::Facts EpisodeCase::facts() const
{
    rules::Facts facts;
    facts.event = &event_;
    facts.source = parts_.source.name;
    facts.repeats = memory_.problems;
    facts.events = episode_.events;
    facts.now = parts_.now;
    return facts;
}

void EpisodeCase::noteUnknownCustomer(const CompanyChoice &company)
{
    const bool isNew = parts_.writer.noteUnknownCustomer({parts_.source.name, event_.customer.id, event_.customer.name,
                                                          wallFrom(parts_.now), wallFrom(parts_.now), 1, eventId_});
    if (isNew)
        parts_.out.notices.push_back({"customer.unknown",
                                      episode_.connection,
                                      {},
                                      "",
                                      "unknown_customer",
                                      json::sentences(company.text, "Add it on the page Customers.")});
}

/// Once a day for a source, not for each event.
void EpisodeCase::tellNoRule()
{
    if (decision_.code != "no_rule" || !isNoticeDue(parts_.writer, "no_rule " + parts_.source.uid, parts_.now))
        return;
    parts_.out.notices.push_back({"event.no_rule",
                                  "",
                                  {},
                                  "",
                                  "no_rule",
                                  "No rule took the event \"" + event_.title + "\" of the source \"" +
                                      parts_.source.name +
                                      "\", so it has no ticket. Add a rule for it, or one that takes everything as the "
                                      "last one."});
}

void EpisodeCase::step(const char *what, const std::string &text, const TicketChange *change)
{
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    detail.set("text", change != nullptr && !change->why.empty() ? json::sentences(text, change->why) : text);
    if (change != nullptr)
    {
        detail.set("done", change->done);
        if (change->done)
            parts_.out.wake.insert(episode_.connection);
    }
    steps_.push_back({0, episode_.id, eventId_, episode_.ticketId, wallFrom(parts_.now), what, json::toText(detail)});
}

} // namespace psa::events
