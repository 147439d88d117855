#include "host/delivery/settlement.h"

#include "host/delivery/verdict.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/ticket/transitions.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>

namespace psa::delivery {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using std::chrono::milliseconds;

/// Appended to the reason of a dead ticket for as long as it is open.
constexpr std::string_view toBeLookedFor =
    "The response was not a plain rejection, so the PSA may have the ticket all the same: it is looked up once, after "
    "the quiet period. Do not create it by other means before that.";
/// For other states.
constexpr std::string_view lookedForFirst =
    "The response was not a plain rejection, so the ticket is looked up before it is sent again.";

/// The plugin's message, with its hint.
std::string wordsOf(const plugin::CallOutcome &outcome)
{
    if (!outcome.error)
        return {};
    return json::sentences(outcome.error->message, outcome.error->hint);
}

std::string codeOf(const plugin::CallOutcome &outcome)
{
    return outcome.error ? plugin::statusName(outcome.error->status) : "defect";
}

void readTicketInto(ticket::TicketOutcome &known, const Object &ticket)
{
    known.psaId = ticket.getValue<std::string>("id");
    known.number = ticket.optValue<std::string>("number", "");
    known.url = ticket.optValue<std::string>("url", "");
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

ticket::TicketSettlement created(const plugin::CallOutcome &outcome, const AttemptFacts &facts)
{
    const auto document = json::parseStrict(outcome.result).extract<Object::Ptr>();
    ticket::TicketSettlement settlement;
    settlement.state = ticket::TicketState::done;
    settlement.reason = {"created", "The PSA has created it."};
    settlement.outcome = facts.ticket.outcome;
    readTicketInto(*settlement.outcome, *document->getObject("ticket"));
    addWarnings(settlement.outcome->warnings, *document);
    return settlement;
}

/// For how long it has not been known whether the PSA has it.
milliseconds openFor(const AttemptFacts &facts)
{
    return std::chrono::duration_cast<milliseconds>(facts.now - facts.ticket.openSince.value_or(facts.ticket.changed));
}

/// Only the words of the attempt.
std::string wordsIn(const ticket::StateReason &reason)
{
    std::string words = reason.text;
    for (const std::string_view addition : {toBeLookedFor, lookedForFirst})
        if (words.ends_with(addition))
            words.resize(words.size() - addition.size());
    while (words.ends_with(' '))
        words.pop_back();
    return words;
}

bool isTooOld(const AttemptFacts &facts, const DeliveryPolicy &policy)
{
    return facts.now - facts.ticket.runBegan >= policy.giveUpAfter;
}

ticket::TicketSettlement tooOld(const std::string &last, const DeliveryPolicy &policy)
{
    ticket::TicketSettlement settlement;
    settlement.state = ticket::TicketState::dead;
    settlement.reason = {"too_old", "Given up after " + std::to_string(policy.giveUpAfter.count()) +
                                        " hours. The last attempt: " + last};
    return settlement;
}

ticket::TicketSettlement again(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                               const DeliveryPolicy &policy, milliseconds wait, bool spent)
{
    if (isTooOld(facts, policy))
        return tooOld(wordsOf(outcome), policy);
    ticket::TicketSettlement settlement;
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

ticket::StateReason reviewReason(const plugin::CallOutcome &outcome)
{
    if (outcome.ok())
        return {"defect", "The plugin reports a ticket, but sent no request that could have created one. Search the "
                          "PSA for the reference, then link, retry or discard this ticket."};
    return {codeOf(outcome), wordsOf(outcome)};
}

ticket::TicketSettlement plain(ticket::TicketState state, ticket::StateReason reason, bool spent = true)
{
    ticket::TicketSettlement settlement;
    settlement.state = state;
    settlement.reason = std::move(reason);
    settlement.attemptSpent = spent;
    return settlement;
}

/// Under a policy of one attempt: what would wait for another attempt or for a correction ends now.
ticket::TicketSettlement withoutRetry(ticket::TicketSettlement settlement, const AttemptFacts &facts,
                                      const DeliveryPolicy &policy)
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
bool mayBeOurs(const plugin::CallOutcome &outcome, const AttemptFacts &facts)
{
    return outcome.error && outcome.error->status == PSA_CONFLICT && facts.ticket.attempts > 1 && facts.canReconcile;
}

/// `refused`: the settlement if the plugin's report of a rejection is right, although the response was not a clear
/// rejection.
ticket::TicketSettlement inDoubt(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                 const DeliveryPolicy &policy, ticket::TicketSettlement refused)
{
    if (!facts.canReconcile && outcome.confirmed)
        return plain(
            ticket::TicketState::needsReview,
            {"contradiction",
             json::sentences(
                 "The plugin reports a rejection, but the PSA's response was a success: " + wordsOf(outcome),
                 "This plugin cannot look up tickets: search the PSA for the reference, then link, retry or discard "
                 "this ticket.")});
    if (!facts.canReconcile)
        return refused;
    const bool ends = refused.state == ticket::TicketState::dead;
    refused.open = true;
    refused.reason.text = json::sentences(refused.reason.text, ends ? toBeLookedFor : lookedForFirst);
    // The text of an unsuccessful response is trusted this far: the request is not still being executed.
    if (ends || outcome.confirmed)
        refused.due = facts.now + quietWait(policy);
    return refused;
}

ticket::StateReason lostAnswer(const plugin::CallOutcome &outcome)
{
    if (outcome.ok())
        return {"contradiction", "The plugin reports a ticket, but no response of the PSA confirms it."};
    return {"no_answer", "The request may have been carried out: " + wordsOf(outcome)};
}

/// It keeps its state, and is looked up again.
ticket::TicketSettlement stillOpen(const AttemptFacts &facts, milliseconds wait)
{
    ticket::TicketSettlement settlement = plain(facts.ticket.state, facts.ticket.reason);
    settlement.open = true;
    settlement.due = facts.now + wait;
    return settlement;
}

/// The lookup itself failed.
ticket::TicketSettlement lookFailed(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                    const DeliveryPolicy &policy)
{
    const milliseconds since = openFor(facts);
    const bool never = outcome.error->status == PSA_NOT_IMPLEMENTED;
    const bool limited = outcome.error->status == PSA_RATE_LIMITED;
    if (!never && since < policy.giveUpAfter)
    {
        if (policy.once && facts.ticket.state == ticket::TicketState::held) // it was not sent yet
            return plain(ticket::TicketState::dead,
                         {codeOf(outcome),
                          "Cannot determine whether the PSA has a ticket with this key already: " + wordsOf(outcome)});
        return stillOpen(facts,
                         limited ? limitWait(outcome, policy) : lookupInterval(policy, since, facts.quotaToSpare));
    }
    const std::string why = "It could not be determined whether the PSA has this ticket: " + wordsOf(outcome);
    if (facts.ticket.state == ticket::TicketState::dead)
        return plain(ticket::TicketState::dead,
                     {facts.ticket.reason.code, json::sentences(wordsIn(facts.ticket.reason), why)});
    return plain(ticket::TicketState::needsReview,
                 {"cannot_reconcile",
                  json::sentences(why, "Search the PSA for its reference, then link, retry or discard it.")});
}

ticket::TicketSettlement found(const Array &tickets, const AttemptFacts &facts)
{
    if (tickets.size() > 1)
        return plain(ticket::TicketState::needsReview,
                     {"several", "The PSA has " + std::to_string(tickets.size()) + " tickets with the reference " +
                                     facts.ticket.reference +
                                     ". Close all but one of them there, then link this ticket to the remaining one."});
    ticket::TicketSettlement settlement;
    settlement.state = ticket::TicketState::done;
    settlement.reason = {"recovered", "The PSA has created it; its response was lost."};
    if (facts.ticket.reason.code == ticket::keyCode)
        settlement.reason.text = "The PSA already has a ticket with this key.";
    else if (facts.ticket.state != ticket::TicketState::unknown)
        settlement.reason.text =
            json::sentences("The PSA has created it, although its response was: ", wordsIn(facts.ticket.reason));
    settlement.outcome = facts.ticket.outcome;
    settlement.outcome->recovered = true;
    readTicketInto(*settlement.outcome, *tickets.getObject(0));
    return settlement;
}

/// The PSA does not have it, or not yet.
ticket::TicketSettlement absent(const AttemptFacts &facts, const DeliveryPolicy &policy)
{
    const ticket::StoredTicket &ticket = facts.ticket;
    const milliseconds since = openFor(facts);
    if (policy.once && ticket.state == ticket::TicketState::dead && since < policy.quietPeriod)
        return stillOpen(facts, quietWait(policy) - since); // looked up early; it may still appear
    if (ticket.state == ticket::TicketState::dead)
        return plain(ticket::TicketState::dead,
                     {ticket.reason.code, json::sentences(wordsIn(ticket.reason), "The PSA does not have it.")});
    if (ticket.state == ticket::TicketState::unknown && since < policy.quietPeriod)
        return stillOpen(facts, lookupInterval(policy, since, facts.quotaToSpare));
    if (ticket.state != ticket::TicketState::held && isTooOld(facts, policy))
        return tooOld(json::sentences(wordsIn(ticket.reason), "The PSA does not have it."), policy);
    if (ticket.reason.code == ticket::keyCode)
        return plain(ticket::TicketState::ready, {});
    const bool wasUnknown = ticket.state == ticket::TicketState::unknown;
    return plain(policy.once ? ticket::TicketState::dead : ticket::TicketState::ready,
                 {"absent", wasUnknown ? "The PSA still does not have it after the quiet period: it was not created."
                                       : "The PSA does not have it: it was rejected, as its response said."});
}

/// The plugin has crashed in too many calls over the ticket.
ticket::TicketSettlement crashedAgain(const plugin::CallOutcome &outcome, const AttemptFacts &facts)
{
    const ticket::StoredTicket &ticket = facts.ticket;
    const bool mayExist = ticket.openSince || judge(outcome) == Verdict::unknown;
    std::string text = "The plugin " + ticket.pluginBuild + " crashed in " + std::to_string(ticket.crashes + 1) +
                       " calls for this ticket. The last one: " + wordsOf(outcome);
    if (ticket.state == ticket::TicketState::dead)
        text = json::sentences(wordsIn(ticket.reason), text);
    ticket::TicketSettlement settlement = plain(
        ticket::TicketState::needsReview,
        {"plugin_crash",
         json::sentences(text, mayExist ? "The PSA may have the ticket: search it for the reference, then link this "
                                          "ticket, retry it after an update of the plugin, or discard it."
                                        : "It was not created: retry it after an update of the plugin, link it to a "
                                          "ticket created by hand, or discard it.")});
    settlement.open = mayExist && facts.canReconcile;
    return settlement;
}

/// Counts a crash of the plugin, unless other calls were in progress that may have caused it. `settlement`: of the ticket
/// without the crash.
ticket::TicketSettlement withCrash(ticket::TicketSettlement settlement, const plugin::CallOutcome &outcome,
                                   const AttemptFacts &facts)
{
    if (outcome.ended != plugin::Ended::died)
        return settlement;
    if (ticket::isLastCrash(facts.ticket) && outcome.alone)
        settlement = crashedAgain(outcome, facts);
    settlement.crashed = true;
    return settlement;
}

/// As settleAttempt(), without counting crashes.
ticket::TicketSettlement judgedAttempt(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                       const DeliveryPolicy &policy, const RandomBelow &random)
{
    const auto ended = [&](ticket::TicketSettlement settlement) {
        return withoutRetry(std::move(settlement), facts, policy);
    };
    const auto refused = [&](ticket::TicketSettlement settlement) {
        return outcome.isOpen() ? inDoubt(outcome, facts, policy, ended(std::move(settlement)))
                                : ended(std::move(settlement));
    };
    switch (judge(outcome))
    {
    case Verdict::done:
        return created(outcome, facts);
    case Verdict::wait:
        return refused(again(outcome, facts, policy, limitWait(outcome, policy), false));
    case Verdict::retry: {
        const auto wait = retryWait(policy, static_cast<std::uint32_t>(facts.ticket.attempts), random);
        return ended(again(outcome, facts, policy, std::max(wait, milliseconds(outcome.error->retryAfterMs)), true));
    }
    case Verdict::held:
        return refused(plain(ticket::TicketState::held, {codeOf(outcome), wordsOf(outcome)}, false));
    case Verdict::unknown:
        return unknownSince(facts, policy, lostAnswer(outcome));
    case Verdict::needsReview:
        return ended(plain(ticket::TicketState::needsReview, reviewReason(outcome)));
    case Verdict::dead:
        if (mayBeOurs(outcome, facts))
            return unknownSince(facts, policy, {"conflict", "The PSA says that it exists already."});
        return refused(plain(ticket::TicketState::dead, {codeOf(outcome), wordsOf(outcome)}));
    case Verdict::dryRun:
        break;
    }
    return plain(ticket::TicketState::needsReview,
                 {"defect", "A dry run reached delivery. This is a defect in psa-host."});
}

} // namespace

ticket::TicketSettlement settleAttempt(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                       const DeliveryPolicy &policy, const RandomBelow &random)
{
    return withCrash(judgedAttempt(outcome, facts, policy, random), outcome, facts);
}

ticket::TicketSettlement settleReconciliation(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                              const DeliveryPolicy &policy)
{
    if (!outcome.ok())
        return withCrash(lookFailed(outcome, facts, policy), outcome, facts);
    const Array::Ptr tickets = json::parseStrict(outcome.result).extract<Object::Ptr>()->getArray("tickets");
    return tickets->size() > 0 ? found(*tickets, facts) : absent(facts, policy);
}

ticket::TicketSettlement unknownSince(const AttemptFacts &facts, const DeliveryPolicy &policy,
                                      ticket::StateReason reason)
{
    if (!facts.canReconcile)
        return plain(ticket::TicketState::needsReview,
                     {reason.code, reason.text + " This plugin cannot look up tickets: search the PSA for the "
                                                 "reference, then link, retry or discard this ticket."});
    ticket::TicketSettlement settlement = plain(ticket::TicketState::unknown, std::move(reason));
    settlement.due = facts.now + lookupInterval(policy, milliseconds(0), facts.quotaToSpare);
    return settlement;
}

} // namespace psa::delivery
