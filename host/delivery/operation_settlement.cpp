#include "host/delivery/operation_settlement.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace psa::delivery {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using ticket::OperationKind;
using ticket::OperationSettlement;
using ticket::TicketState;

/// A note that was sent again is looked for once more after this time: the PSA may show the first one late.
constexpr std::chrono::hours lastLookForDuplicates{1};

WorkFacts common(const OperationFacts &facts)
{
    return {facts.work.operation, facts.now, true, facts.quotaToSpare, facts.asked};
}

OperationSettlement withoutResult(ticket::Settlement settlement)
{
    return {std::move(settlement), std::nullopt};
}

/// The PSA does not have the ticket; an error about a field is about that value instead.
bool isGone(const plugin::CallOutcome &call)
{
    return call.error && call.error->status == PSA_NOT_FOUND && call.error->field.empty();
}

/// Of an attempt. A change of a ticket that has its values already needs no request.
Verdict verdictOn(OperationKind kind, const plugin::CallOutcome &call)
{
    const bool nothingSent =
        call.mutation == plugin::MutationSeen::none || call.mutation == plugin::MutationSeen::notSent;
    if (kind == OperationKind::change && call.ok() && call.mutation == plugin::MutationSeen::none)
        return Verdict::done;
    if (isGone(call) && nothingSent)
        return Verdict::dead;
    const Verdict verdict = judge(call);
    // A right that only this operation needs: the connection goes on creating tickets.
    const bool lacksRight = verdict == Verdict::held && call.error->status == PSA_PERMISSION;
    return lacksRight ? Verdict::needsReview : verdict;
}

/// When a note that the PSA has and that was sent more than once is looked for again; nullopt = not any more.
std::optional<clock::Clock::Wall> nextLook(const OperationFacts &facts, const DeliveryPolicy &policy)
{
    const ticket::StoredOperation &note = facts.work.operation;
    if (policy.once || note.kind != OperationKind::note || note.attempts < 2)
        return std::nullopt;
    if (note.state != TicketState::done)
        return facts.now + quietWait(policy);
    const clock::Clock::Wall last = note.changed + lastLookForDuplicates;
    return facts.now < last ? std::optional(last) : std::nullopt;
}

OperationSettlement finished(const OperationFacts &facts, const DeliveryPolicy &policy, ticket::StateReason reason,
                             ticket::OperationResult result)
{
    OperationSettlement settlement = withoutResult(plain(TicketState::done, std::move(reason)));
    settlement.due = nextLook(facts, policy);
    settlement.open = settlement.due.has_value();
    settlement.result = std::move(result);
    return settlement;
}

OperationSettlement carriedOut(const OperationOutcome &outcome, const OperationFacts &facts,
                               const DeliveryPolicy &policy)
{
    const auto document = json::parseStrict(outcome.call.result).extract<Object::Ptr>();
    ticket::OperationResult result = facts.work.operation.result;
    addWarnings(result.warnings, *document);
    if (facts.work.operation.kind == OperationKind::note)
    {
        result.noteId = document->getObject("note")->getValue<std::string>("id");
        return finished(facts, policy, {"written", "The PSA has the note."}, std::move(result));
    }
    const Array::Ptr changed = document->getArray("changed");
    for (unsigned i = 0; i < changed->size(); ++i)
        result.changed.push_back(changed->getElement<std::string>(i));
    const bool equal = result.changed.empty();
    return finished(facts, policy,
                    {equal ? "equal" : "changed",
                     equal ? "The ticket had these values already." : "The PSA has changed the ticket."},
                    std::move(result));
}

/// What follows from reading the ticket before a conditional change; nullopt = the change may be made.
std::optional<OperationSettlement> notToBeMade(const OperationOutcome &outcome, const OperationFacts &facts)
{
    const ticket::StoredOperation &operation = facts.work.operation;
    if (!operation.ifUntouched)
        return std::nullopt;
    if (outcome.activity && !outcome.activity->gone.empty()) // also if plugins report who deleted it as touching
        return withoutResult(plain(TicketState::dead, {"gone", outcome.activity->gone}));
    std::string touched = facts.work.watch.touched;
    if (outcome.activity && outcome.activity->touched)
        touched = outcome.activity->by;
    if (!touched.empty())
        return withoutResult(
            plain(TicketState::cancelled,
                  {"touched", "The ticket was left as it is, because a human is at work on it: " + touched}));
    if (outcome.activity && outcome.activity->closed && operation.intent == "resolve")
        return withoutResult(plain(TicketState::done, {"closed", "The ticket was closed already."}));
    return std::nullopt;
}

/// A change whose outcome is unknown, and whose values the ticket does not have.
OperationSettlement differing(const OperationOutcome &outcome, const OperationFacts &facts,
                              const DeliveryPolicy &policy)
{
    if (!outcome.activity->gone.empty())
        return withoutResult(plain(TicketState::dead, {"gone", outcome.activity->gone}));
    const std::string touched = outcome.activity->touched ? outcome.activity->by : facts.work.watch.touched;
    if (touched.empty() || facts.work.operation.state == TicketState::dead)
        return withoutResult(absent(common(facts), policy));
    return withoutResult(plain(
        TicketState::needsReview,
        {"touched", json::sentences("The response to this change was lost, the ticket does not have its values now, "
                                    "and a human has changed it: " +
                                        touched,
                                    "Nothing was set again. Look at the ticket in the PSA, then retry or discard "
                                    "the change.")}));
}

std::string duplicatesText(const OperationOutcome &outcome)
{
    const std::string n = std::to_string(outcome.duplicates.size() + 1);
    if (outcome.removed.size() == outcome.duplicates.size())
        return "The PSA had this note " + n + " times; the superfluous ones were deleted there.";
    return "The PSA has this note " + n + " times and psa-host cannot delete it: delete all but one there.";
}

OperationSettlement found(const OperationOutcome &outcome, const OperationFacts &facts, const DeliveryPolicy &policy)
{
    const ticket::StoredOperation &note = facts.work.operation;
    const auto notes = json::parseStrict(outcome.call.result).extract<Object::Ptr>()->getArray("notes");
    ticket::OperationResult result = note.result;
    ticket::StateReason reason = note.reason;
    if (note.state != TicketState::done)
    {
        result.recovered = true;
        reason = {"recovered", "The PSA has the note; its response was lost."};
    }
    if (notes->size() > 0)
        result.noteId = notes->getObject(0)->getValue<std::string>("id");
    if (!outcome.duplicates.empty())
        result.warnings.push_back(duplicatesText(outcome));
    return finished(facts, policy, std::move(reason), std::move(result));
}

OperationSettlement judgedLookUp(const OperationOutcome &outcome, const OperationFacts &facts,
                                 const DeliveryPolicy &policy)
{
    const ticket::StoredOperation &operation = facts.work.operation;
    if (isGone(outcome.call) && !ticket::isEnded(operation.state))
        return withoutResult(plain(TicketState::dead, {"gone", wordsOf(outcome.call)}));
    if (!outcome.call.ok())
        return withoutResult(lookFailed(outcome.call, common(facts), policy));
    if (outcome.stillDiffers)
        return differing(outcome, facts, policy);
    if (operation.kind == OperationKind::change)
    {
        ticket::OperationResult result = operation.result;
        result.recovered = true;
        return finished(facts, policy, {"recovered", "The ticket has these values; the response was lost."},
                        std::move(result));
    }
    const auto notes = json::parseStrict(outcome.call.result).extract<Object::Ptr>()->getArray("notes");
    if (notes->size() > 0 || operation.state == TicketState::done)
        return found(outcome, facts, policy);
    return withoutResult(absent(common(facts), policy));
}

/// A status that the connection names for resolved or reopened tickets, and that the PSA does not know, is mended there:
/// a retry would send the same one again.
void explainStatus(OperationSettlement &settlement, const plugin::CallOutcome &call, const OperationFacts &facts)
{
    const std::string &intent = facts.work.operation.intent;
    if (settlement.state != TicketState::needsReview || !call.error || call.error->field != "status" || intent.empty())
        return;
    settlement.reason.text =
        json::sentences(settlement.reason.text, "Choose the status of " + intent + (intent == "reopen" ? "ed" : "d") +
                                                    " tickets in the update settings of the connection, discard this "
                                                    "change, and " +
                                                    intent + " the ticket once more.");
}

} // namespace

DeliveryPolicy policyFor(ticket::OperationKind kind, const DeliveryPolicy &policy)
{
    DeliveryPolicy own = policy;
    if (kind == OperationKind::note)
        own.quietPeriod = policy.noteQuietPeriod;
    if (kind == OperationKind::change)
        own.quietPeriod = policy.firstReconciliation; // reading shows whether it was made
    return own;
}

ticket::OperationSettlement settleCarriedOut(const OperationOutcome &outcome, const OperationFacts &facts,
                                             const DeliveryPolicy &policy, const RandomBelow &random)
{
    if (auto settlement = notToBeMade(outcome, facts))
        return *settlement;
    const Verdict verdict = verdictOn(facts.work.operation.kind, outcome.call);
    OperationSettlement settlement =
        verdict == Verdict::done
            ? carriedOut(outcome, facts, policy)
            : withoutResult(settleUnfinished(verdict, outcome.call, common(facts), policy, random));
    explainStatus(settlement, outcome.call, facts);
    ticket::Settlement &basics = settlement;
    basics = withCrash(basics, outcome.call, common(facts));
    return settlement;
}

ticket::OperationSettlement settleLookedUp(const OperationOutcome &outcome, const OperationFacts &facts,
                                           const DeliveryPolicy &policy)
{
    OperationSettlement settlement = judgedLookUp(outcome, facts, policy);
    ticket::Settlement &basics = settlement;
    basics = withCrash(basics, outcome.call, common(facts));
    return settlement;
}

} // namespace psa::delivery
