#include "host/delivery/outcome_rules.h"

#include "host/json/utf8.h"
#include "host/ticket/transitions.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

namespace psa::delivery {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using std::chrono::milliseconds;

/// How messages speak of an operation of one kind.
struct Words
{
    const char *noun;
    const char *toBeLookedFor;  ///< Appended to the reason of a dead one for as long as it is open.
    const char *lookedForFirst; ///< For other states.
    const char *search; ///< What a human does about an unknown outcome, after "This plugin cannot look it up: ".
    const char *decide; ///< After a sentence that says why it could not be looked up.
    const char *decideAfterCrash; ///< If the PSA may have it.
    const char *afterCrash;       ///< If it does not.
    const char *nothingSent;      ///< The plugin reports success without a request.
};

const Words &wordsFor(ticket::OperationKind kind)
{
    static constexpr std::array all{
        Words{
            "ticket",
            "The response was not a plain rejection, so the PSA may have the ticket all the same: it is looked up "
            "once, "
            "after the quiet period. Do not create it by other means before that.",
            "The response was not a plain rejection, so the ticket is looked up before it is sent again.",
            "search the PSA for the reference, then link, retry or discard this ticket.",
            "Search the PSA for its reference, then link, retry or discard it.",
            "The PSA may have the ticket: search it for the reference, then link this ticket, retry it after an update "
            "of the plugin, or discard it.",
            "It was not created: retry it after an update of the plugin, link it to a ticket created by hand, or "
            "discard it.",
            "The plugin reports a ticket, but sent no request that could have created one. Search the PSA for the "
            "reference, then link, retry or discard this ticket."},
        Words{
            "note",
            "The response was not a plain rejection, so the PSA may have the note all the same: it is looked up once, "
            "after the quiet period. Do not write it by other means before that.",
            "The response was not a plain rejection, so the note is looked up before it is sent again.",
            "look for the note in the PSA's ticket, then retry or discard it.",
            "Look for the note in the PSA's ticket, then retry or discard it.",
            "The PSA may have the note: look for it in the PSA's ticket, then retry it after an update of the plugin, "
            "or "
            "discard it.",
            "It was not written: retry it after an update of the plugin, or discard it.",
            "The plugin reports a note, but sent no request that could have written one. Look for the note in the "
            "PSA's ticket, then retry or discard it."},
        Words{
            "change",
            "The response was not a plain rejection, so the PSA may have made the change all the same: the ticket is "
            "read once more after a while.",
            "The response was not a plain rejection, so the ticket is read before the change is sent again.",
            "look at the ticket in the PSA, then retry or discard the change.",
            "Look at the ticket in the PSA, then retry or discard the change.",
            "The PSA may have made the change: look at the ticket in the PSA, then retry it after an update of the "
            "plugin, or discard it.",
            "It was not made: retry it after an update of the plugin, or discard it.",
            "The plugin reports a change, but sent no request that could have made it. Look at the ticket in the PSA, "
            "then retry or discard the change."}};
    return all.at(static_cast<std::size_t>(kind));
}

std::string codeOf(const plugin::CallOutcome &outcome)
{
    return outcome.error ? plugin::statusName(outcome.error->status) : "defect";
}

/// For how long it has not been known whether the PSA has it.
milliseconds openFor(const WorkFacts &facts)
{
    return std::chrono::duration_cast<milliseconds>(facts.now - facts.work.openSince.value_or(facts.work.changed));
}

/// What was not found by a lookup that began before the end of the quiet period may have appeared while it was answered.
bool askedTooEarly(const WorkFacts &facts, const DeliveryPolicy &policy)
{
    return facts.asked.value_or(facts.now) - facts.work.openSince.value_or(facts.work.changed) < policy.quietPeriod;
}

bool isTooOld(const WorkFacts &facts, const DeliveryPolicy &policy)
{
    return facts.now - facts.work.runBegan >= policy.giveUpAfter;
}

ticket::Settlement tooOld(const std::string &last, const DeliveryPolicy &policy)
{
    ticket::Settlement settlement;
    settlement.state = ticket::TicketState::dead;
    settlement.reason = {"too_old", "Given up after " + std::to_string(policy.giveUpAfter.count()) +
                                        " hours. The last attempt: " + last};
    return settlement;
}

ticket::Settlement again(const plugin::CallOutcome &outcome, const WorkFacts &facts, const DeliveryPolicy &policy,
                         milliseconds wait, bool spent)
{
    if (isTooOld(facts, policy))
        return tooOld(wordsOf(outcome), policy);
    ticket::Settlement settlement;
    settlement.state = ticket::TicketState::retryAt;
    settlement.reason = {codeOf(outcome), wordsOf(outcome)};
    settlement.due = facts.now + wait;
    settlement.attemptSpent = spent;
    return settlement;
}

milliseconds limitWait(const plugin::CallOutcome &outcome, const DeliveryPolicy &policy)
{
    const milliseconds said(outcome.error ? outcome.error->retryAfterMs : 0);
    return said.count() > 0 ? said : policy.rateLimitWait;
}

ticket::StateReason reviewReason(const plugin::CallOutcome &outcome, const WorkFacts &facts)
{
    if (outcome.ok())
        return {"defect", wordsFor(facts.work.kind).nothingSent};
    return {codeOf(outcome), wordsOf(outcome)};
}

/// Under a policy of one attempt: what would wait for another attempt or for a correction ends now.
ticket::Settlement withoutRetry(ticket::Settlement settlement, const WorkFacts &facts, const DeliveryPolicy &policy)
{
    using ticket::TicketState;
    const bool waits = settlement.state == TicketState::retryAt || settlement.state == TicketState::held;
    const bool correctable =
        settlement.state == TicketState::needsReview && ticket::isRejection(settlement.reason.code);
    if (!policy.once || (!waits && !correctable))
        return settlement;
    if (settlement.due && *settlement.due - facts.now > policy.retryBase) // longer than our own first wait
    {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(*settlement.due - facts.now);
        settlement.reason.text =
            json::sentences(settlement.reason.text, "Wait " + std::to_string(wait.count()) + " s before you retry.");
    }
    settlement.state = TicketState::dead;
    settlement.due.reset();
    return settlement;
}

/// A conflict after an earlier attempt: possibly with the ticket that this one created.
bool mayBeOurs(const plugin::CallOutcome &outcome, const WorkFacts &facts)
{
    return outcome.error && outcome.error->status == PSA_CONFLICT && facts.work.attempts > 1 && facts.canReconcile;
}

/// `refused`: the settlement if the plugin's report of a rejection is right, although the response was not a clear
/// rejection.
ticket::Settlement inDoubt(const plugin::CallOutcome &outcome, const WorkFacts &facts, const DeliveryPolicy &policy,
                           ticket::Settlement refused)
{
    const Words &words = wordsFor(facts.work.kind);
    if (!facts.canReconcile && outcome.confirmed)
        return plain(
            ticket::TicketState::needsReview,
            {"contradiction", json::sentences("The plugin reports a rejection, but the PSA's response was a success: " +
                                                  wordsOf(outcome),
                                              std::string("This plugin cannot look it up: ") + words.search)});
    if (!facts.canReconcile)
        return refused;
    const bool ends = refused.state == ticket::TicketState::dead;
    refused.open = true;
    refused.reason.text = json::sentences(refused.reason.text, ends ? words.toBeLookedFor : words.lookedForFirst);
    // The text of an unsuccessful response is trusted this far: the request is not still being executed.
    if (ends || outcome.confirmed)
        refused.due = facts.now + quietWait(policy);
    return refused;
}

ticket::StateReason lostAnswer(const plugin::CallOutcome &outcome, const WorkFacts &facts)
{
    if (outcome.ok())
        return {"contradiction", std::string("The plugin reports a ") + wordsFor(facts.work.kind).noun +
                                     ", but no response of the PSA confirms it."};
    return {"no_answer", "The request may have been carried out: " + wordsOf(outcome)};
}

/// The plugin has crashed in too many calls over it.
ticket::Settlement crashedAgain(const plugin::CallOutcome &outcome, const WorkFacts &facts)
{
    const ticket::Progress &work = facts.work;
    const Words &words = wordsFor(work.kind);
    const bool mayExist = work.openSince || judge(outcome) == Verdict::unknown;
    std::string text = "The plugin " + work.pluginBuild + " crashed in " + std::to_string(work.crashes + 1) +
                       " calls for this " + words.noun + ". The last one: " + wordsOf(outcome);
    if (work.state == ticket::TicketState::dead)
        text = json::sentences(wordsIn(work), text);
    ticket::Settlement settlement =
        plain(ticket::TicketState::needsReview,
              {"plugin_crash", json::sentences(text, mayExist ? words.decideAfterCrash : words.afterCrash)});
    settlement.open = mayExist && facts.canReconcile;
    return settlement;
}

/// Its outcome is not known: it is to be looked up.
ticket::Settlement unknownSince(const WorkFacts &facts, const DeliveryPolicy &policy, ticket::StateReason reason)
{
    if (!facts.canReconcile)
        return plain(ticket::TicketState::needsReview, {reason.code, reason.text + " This plugin cannot look it up: " +
                                                                         wordsFor(facts.work.kind).search});
    ticket::Settlement settlement = plain(ticket::TicketState::unknown, std::move(reason));
    settlement.due = facts.now + lookupInterval(policy, milliseconds(0), facts.quotaToSpare);
    return settlement;
}

/// It keeps its state, and is looked up again.
ticket::Settlement stillOpen(const WorkFacts &facts, milliseconds wait)
{
    ticket::Settlement settlement = plain(facts.work.state, facts.work.reason);
    settlement.open = true;
    settlement.due = facts.now + wait;
    return settlement;
}

} // namespace

std::string wordsOf(const plugin::CallOutcome &outcome)
{
    if (!outcome.error)
        return {};
    return json::sentences(outcome.error->message, outcome.error->hint);
}

std::string wordsIn(const ticket::Progress &work)
{
    std::string words = work.reason.text;
    for (const std::string_view addition : {wordsFor(work.kind).toBeLookedFor, wordsFor(work.kind).lookedForFirst})
        if (words.ends_with(addition))
            words.resize(words.size() - addition.size());
    while (words.ends_with(' '))
        words.pop_back();
    return words;
}

void addWarnings(std::vector<std::string> &warnings, const Object &document)
{
    const Array::Ptr given = document.getArray("warnings");
    for (unsigned i = 0; !given.isNull() && i < given->size(); ++i)
    {
        const Object::Ptr each = given->getObject(i);
        warnings.push_back(
            json::sentences(each->getValue<std::string>("message"), each->optValue<std::string>("hint", "")));
    }
}

ticket::Settlement plain(ticket::TicketState state, ticket::StateReason reason, bool spent)
{
    ticket::Settlement settlement;
    settlement.state = state;
    settlement.reason = std::move(reason);
    settlement.attemptSpent = spent;
    return settlement;
}

ticket::Settlement lookFailed(const plugin::CallOutcome &outcome, const WorkFacts &facts, const DeliveryPolicy &policy)
{
    const milliseconds since = openFor(facts);
    const bool never = outcome.error->status == PSA_NOT_IMPLEMENTED;
    const bool limited = outcome.error->status == PSA_RATE_LIMITED;
    if (!never && since < policy.giveUpAfter)
    {
        if (policy.once && facts.work.state == ticket::TicketState::held) // it was not sent yet
            return plain(ticket::TicketState::dead,
                         {codeOf(outcome),
                          "Cannot determine whether the PSA has a ticket with this key already: " + wordsOf(outcome)});
        return stillOpen(facts,
                         limited ? limitWait(outcome, policy) : lookupInterval(policy, since, facts.quotaToSpare));
    }
    const Words &words = wordsFor(facts.work.kind);
    const std::string why =
        std::string("It could not be determined whether the PSA has this ") + words.noun + ": " + wordsOf(outcome);
    if (ticket::isEnded(facts.work.state))
        return plain(facts.work.state, {facts.work.reason.code, json::sentences(wordsIn(facts.work), why)});
    return plain(ticket::TicketState::needsReview, {"cannot_reconcile", json::sentences(why, words.decide)});
}

ticket::Settlement absent(const WorkFacts &facts, const DeliveryPolicy &policy)
{
    const ticket::Progress &work = facts.work;
    const milliseconds since = openFor(facts);
    const bool early = askedTooEarly(facts, policy);
    if (policy.once && work.state == ticket::TicketState::dead && early) // it may still appear
        return stillOpen(facts, std::max(quietWait(policy) - since, milliseconds(0)));
    if (work.state == ticket::TicketState::dead)
        return plain(ticket::TicketState::dead,
                     {work.reason.code, json::sentences(wordsIn(work), "The PSA does not have it.")});
    if (work.state == ticket::TicketState::unknown && early)
        return stillOpen(facts, since < policy.quietPeriod ? lookupInterval(policy, since, facts.quotaToSpare)
                                                           : milliseconds(0));
    if (work.state != ticket::TicketState::held && isTooOld(facts, policy))
        return tooOld(json::sentences(wordsIn(work), "The PSA does not have it."), policy);
    if (work.reason.code == ticket::keyCode)
        return plain(ticket::TicketState::ready, {});
    const bool wasUnknown = work.state == ticket::TicketState::unknown;
    return plain(policy.once ? ticket::TicketState::dead : ticket::TicketState::ready,
                 {"absent", wasUnknown ? "The PSA still does not have it after the quiet period: it was not created."
                                       : "The PSA does not have it: it was rejected, as its response said."});
}

ticket::Settlement withCrash(ticket::Settlement settlement, const plugin::CallOutcome &outcome, const WorkFacts &facts)
{
    if (outcome.ended != plugin::Ended::died)
        return settlement;
    if (ticket::isLastCrash(facts.work) && outcome.alone)
        settlement = crashedAgain(outcome, facts);
    settlement.crashed = true;
    return settlement;
}

ticket::Settlement settleUnfinished(Verdict verdict, const plugin::CallOutcome &outcome, const WorkFacts &facts,
                                    const DeliveryPolicy &policy, const RandomBelow &random)
{
    const auto ended = [&](ticket::Settlement settlement) {
        return withoutRetry(std::move(settlement), facts, policy);
    };
    const auto refused = [&](ticket::Settlement settlement) {
        return outcome.isOpen() ? inDoubt(outcome, facts, policy, ended(std::move(settlement)))
                                : ended(std::move(settlement));
    };
    switch (verdict)
    {
    case Verdict::wait:
        return refused(again(outcome, facts, policy, limitWait(outcome, policy), false));
    case Verdict::retry: {
        const auto wait = retryWait(policy, static_cast<std::uint32_t>(facts.work.attempts), random);
        return ended(again(outcome, facts, policy, std::max(wait, milliseconds(outcome.error->retryAfterMs)), true));
    }
    case Verdict::held:
        return refused(plain(ticket::TicketState::held, {codeOf(outcome), wordsOf(outcome)}, false));
    case Verdict::unknown:
        return unknownSince(facts, policy, lostAnswer(outcome, facts));
    case Verdict::needsReview:
        return ended(plain(ticket::TicketState::needsReview, reviewReason(outcome, facts)));
    case Verdict::dead:
        if (mayBeOurs(outcome, facts))
            return unknownSince(facts, policy, {"conflict", "The PSA says that it exists already."});
        return refused(plain(ticket::TicketState::dead, {codeOf(outcome), wordsOf(outcome)}));
    case Verdict::done:
    case Verdict::dryRun:
        break;
    }
    return plain(ticket::TicketState::needsReview,
                 {"defect", "A dry run reached delivery. This is a defect in psa-host."});
}

} // namespace psa::delivery
