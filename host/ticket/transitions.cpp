#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::ticket {
namespace {

/// Moves it to this state, with its consequences for the times, and with a new fence. `due`, `open`: as in Settlement; a
/// cancelled ticket may stay open.
void enter(Progress &progress, TicketState state, const StateReason &reason, clock::Clock::Wall now,
           std::optional<clock::Clock::Wall> due = std::nullopt, bool open = false)
{
    const bool isOpen = open || state == TicketState::unknown;
    if (progress.state != state)
        progress.changed = now;
    progress.state = state;
    progress.reason = reason;
    ++progress.fence;
    progress.openSince = isOpen ? std::optional(progress.openSince.value_or(now)) : std::nullopt;
    const bool waitsForDue = allows(state, TicketAction::send) || state == TicketState::unknown;
    if (waitsForDue || (isOpen && isEnded(state) && allows(state, TicketAction::reconcile)))
        progress.due = due.value_or(now);
    else
        progress.due = isOpen && state == TicketState::held ? due : std::nullopt;
    progress.ended = isEnded(state) && !progress.due ? std::optional(now) : std::nullopt;
}

/// It may be claimed for a lookup that is not settled yet; for a held ticket only its fence shows that.
bool isLookedForNow(const Progress &progress)
{
    return allows(progress.state, TicketAction::reconcile) && progress.openSince && !progress.due;
}

/// The operation for a message: "note 5".
std::string nameOf(const Progress &progress)
{
    return std::string(progress.kind == OperationKind::create ? "ticket" : toText(progress.kind)) + " " +
           std::to_string(progress.id);
}

void check(const Progress &progress, TicketAction action, const char *participle)
{
    const bool mustReconcile = action == TicketAction::retry && progress.openSince;
    if (allows(progress.state, action) && !mustReconcile)
        return;
    const std::string refusal = nameOf(progress) + " is " + toText(progress.state) + " and cannot be ";
    if (allows(progress.state, TicketAction::verifyFirst) && mustReconcile)
        throw ActionNotAllowed(refusal + "sent again; " + adviceFor(TicketState::unknown));
    throw ActionNotAllowed(refusal + participle + "; " + adviceFor(progress.state));
}

/// The reason code of an operation that was cancelled because its ticket was never created.
constexpr const char *noTicketCode = "no_ticket";

/// It was certainly not sent, and waits to be.
bool isUnsent(const StoredOperation &operation)
{
    return !operation.openSince && (operation.state == TicketState::ready || operation.state == TicketState::retryAt ||
                                    operation.state == TicketState::held);
}

/// The same, also if a human has it looked up.
bool wasNeverSent(const StoredOperation &operation)
{
    return isUnsent(operation) || (operation.state == TicketState::unknown && operation.attempts == 0);
}

/// Later operations of the ticket wait for it. Not if a human has to decide: the alternative would be to say nothing
/// more in the ticket.
bool blocksLater(const StoredOperation &operation)
{
    return !isEnded(operation.state) && operation.state != TicketState::needsReview && operation.mergedInto == 0;
}

/// Ends an operation that can never be carried out, or brings it back. True if it was changed.
bool endWithoutTicket(StoredOperation &operation, const StoredTicket &ticket, const std::string &gone,
                      clock::Clock::Wall now)
{
    const bool never = isEnded(ticket.state) && ticket.state != TicketState::done && !ticket.due;
    if (wasNeverSent(operation) && never)
        enter(operation, TicketState::cancelled,
              {noTicketCode, std::string("Its ticket was not created: it is ") + toText(ticket.state) + "."}, now);
    else if (isUnsent(operation) && !gone.empty())
        enter(operation, TicketState::dead, {"gone", gone}, now);
    else if (operation.state == TicketState::cancelled && operation.reason.code == noTicketCode && !never)
        enter(operation, TicketState::ready, {}, now);
    else
        return false;
    return true;
}

/// Sets or clears its due time as its turn has come or not. True if it was changed.
bool takeTurn(StoredOperation &operation, bool blocked, clock::Clock::Wall now)
{
    const bool waits = operation.state == TicketState::ready && !operation.openSince;
    const bool due = !blocked && operation.mergedInto == 0;
    if (!waits || operation.due.has_value() == due)
        return false;
    operation.due = due ? std::optional(now) : std::nullopt;
    return true;
}

} // namespace

const char *toText(OperationKind kind)
{
    static constexpr std::array names = {"create", "note", "change"};
    return names.at(static_cast<std::size_t>(kind));
}

std::optional<OperationKind> operationKindFrom(std::int64_t number)
{
    if (number < 0 || number >= static_cast<std::int64_t>(allOperationKinds.size()))
        return std::nullopt;
    return static_cast<OperationKind>(number);
}

StoredTicket submitted(const NewTicket &request, clock::Clock::Wall now)
{
    if (!allows(request.state, TicketAction::submit))
        throw std::invalid_argument(std::string("a new ticket cannot be ") + toText(request.state));
    StoredTicket ticket;
    ticket.connection = request.connection;
    ticket.key = request.key;
    ticket.fingerprint = request.fingerprint;
    ticket.reference = request.reference;
    ticket.requestJson = request.requestJson;
    ticket.ticketJson = request.ticketJson;
    ticket.company = request.company;
    ticket.outcome.warnings = request.warnings;
    ticket.created = ticket.runBegan = ticket.changed = now;
    enter(ticket, request.state, request.reason, now, now, request.verifyFirst);
    ticket.fence = 0;
    return ticket;
}

bool mayBeSubmittedAgain(const StoredTicket &ticket)
{
    return ticket.state == TicketState::cancelled || (ticket.state == TicketState::dead && !ticket.openSince);
}

void submitAgain(StoredTicket &ticket, const NewTicket &request, clock::Clock::Wall now)
{
    enter(ticket, request.state, request.reason, now, now, request.verifyFirst);
    ticket.runBegan = now;
    ticket.crashes = 0;
    ticket.outcome = {};
    ticket.outcome.warnings = request.warnings;
}

StoredOperation submitted(const NewOperation &request, const StoredTicket &ticket, clock::Clock::Wall now)
{
    if (request.kind == OperationKind::create)
        throw std::invalid_argument("a ticket is submitted as a ticket, not as an operation of one");
    StoredOperation operation;
    operation.kind = request.kind;
    operation.ticketId = ticket.id;
    operation.connection = ticket.connection;
    operation.key = request.key;
    operation.fingerprint = request.fingerprint;
    operation.reference = request.reference;
    operation.who = request.who;
    operation.intent = request.intent;
    operation.documentJson = request.documentJson;
    operation.ifUntouched = request.ifUntouched;
    operation.created = operation.runBegan = operation.changed = now;
    return operation;
}

std::vector<std::size_t> takeTurns(const StoredTicket &ticket, const std::string &gone,
                                   std::vector<StoredOperation> &all, clock::Clock::Wall now)
{
    std::vector<std::size_t> changed;
    bool blocked = ticket.state != TicketState::done;
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        StoredOperation &each = all[i];
        if (endWithoutTicket(each, ticket, gone, now) | takeTurn(each, blocked, now))
            changed.push_back(i);
        blocked = blocked || blocksLater(each);
    }
    return changed;
}

std::vector<std::size_t> mergeable(const std::vector<StoredOperation> &all, std::size_t first)
{
    const StoredOperation &head = all.at(first);
    std::vector<std::size_t> others;
    if (head.attempts > 0 || head.ifUntouched)
        return others;
    for (std::size_t i = first + 1; i < all.size(); ++i)
    {
        const StoredOperation &each = all[i];
        if (isEnded(each.state) || each.mergedInto == head.id)
            continue;
        if (!waitsItsTurn(each) || each.mergedInto != 0 || each.kind != head.kind || each.attempts > 0 ||
            each.ifUntouched)
            break;
        others.push_back(i);
    }
    return others;
}

std::vector<TicketState> notableStates(const std::vector<StoredOperation> &all)
{
    std::vector<TicketState> states;
    for (const StoredOperation &each : all)
        if ((!isEnded(each.state) || needsHuman(each.state)) &&
            std::find(states.begin(), states.end(), each.state) == states.end())
            states.push_back(each.state);
    return states;
}

bool waitsItsTurn(const Progress &progress)
{
    return progress.kind != OperationKind::create && progress.state == TicketState::ready && !progress.due;
}

void follow(StoredOperation &operation, const StoredOperation &carrier, clock::Clock::Wall now)
{
    if (carrier.state == TicketState::done)
    {
        operation.pluginBuild = carrier.pluginBuild;
        operation.result = carrier.result;
        enter(operation, TicketState::done, {"merged", "Carried out together with " + nameOf(carrier) + "."}, now);
    }
    else if (isEnded(carrier.state))
        operation.mergedInto = 0; // it is carried out by itself
}

bool isToBeSent(const Progress &progress)
{
    return allows(progress.state, TicketAction::send) && progress.due && !progress.openSince;
}

bool awaitsReconciliation(const Progress &progress)
{
    return allows(progress.state, TicketAction::reconcile) && progress.due && progress.openSince;
}

void claim(Progress &progress, ClaimFor purpose, const std::string &pluginBuild, clock::Clock::Wall now)
{
    if (purpose == ClaimFor::sending)
    {
        enter(progress, TicketState::sending, {}, now);
        ++progress.attempts;
    }
    else
    {
        ++progress.fence;
        progress.due.reset();
    }
    progress.pluginBuild = pluginBuild;
}

bool settle(Progress &progress, std::int64_t fence, const Settlement &how, clock::Clock::Wall now)
{
    if (how.state == TicketState::sending)
        throw std::invalid_argument("nothing is settled as sending; claim it again instead");
    const bool inHand = progress.state == TicketState::sending || isLookedForNow(progress);
    if (progress.fence != fence || !inHand || !allows(progress.state, TicketAction::settle))
        return false;
    if (!how.attemptSpent && progress.state == TicketState::sending)
        --progress.attempts;
    if (progress.state == TicketState::held && how.state == TicketState::ready)
        progress.runBegan = now; // released
    enter(progress, how.state, how.reason, now, how.due, how.open);
    progress.crashes += how.crashed ? 1 : 0;
    return true;
}

bool settle(StoredTicket &ticket, std::int64_t fence, const TicketSettlement &how, clock::Clock::Wall now)
{
    if (!settle(static_cast<Progress &>(ticket), fence, how, now))
        return false;
    if (how.outcome)
        ticket.outcome = *how.outcome;
    return true;
}

bool settle(StoredOperation &operation, std::int64_t fence, const OperationSettlement &how, clock::Clock::Wall now)
{
    if (!settle(static_cast<Progress &>(operation), fence, how, now))
        return false;
    if (how.result)
        operation.result = *how.result;
    return true;
}

bool isLastCrash(const Progress &progress)
{
    constexpr std::int64_t crashesToReview = 2;
    return progress.crashes + 1 >= crashesToReview;
}

void release(Progress &progress, clock::Clock::Wall now)
{
    if (progress.openSince)
    {
        // A lookup that waits for the end of the quiet period would find nothing yet.
        enter(progress, TicketState::held, progress.reason, now, std::max(progress.due.value_or(now), now), true);
        progress.openSince = now; // no lookup was possible before
    }
    else
        enter(progress, TicketState::ready, {}, now);
    progress.runBegan = now;
}

bool recover(Progress &progress, bool storeIsOlder, clock::Clock::Wall now)
{
    const std::string lookedFor = "; it will be looked up in the PSA";
    if (progress.state == TicketState::sending)
        enter(progress, TicketState::unknown, {"crash", "psa-host ended while it was being sent" + lookedFor}, now);
    else if (storeIsOlder && !isEnded(progress.state) && progress.state != TicketState::unknown)
        enter(progress, TicketState::unknown,
              {"restored", "the store was restored and may be older than what was sent" + lookedFor}, now);
    else if (isLookedForNow(progress))
    {
        ++progress.fence;
        progress.due = now;
    }
    else if (!storeIsOlder || isEnded(progress.state))
        return false;
    if (progress.state == TicketState::unknown && storeIsOlder)
        progress.openSince = now; // it may have been sent again since
    return true;
}

bool takeOver(Progress &progress, clock::Clock::Wall quietFrom, clock::Clock::Wall now)
{
    if (progress.state != TicketState::sending)
        return recover(progress, false, now);
    enter(progress, TicketState::unknown,
          {"crash", "the host that was sending it stopped, or lost its lease; it will be looked up in the PSA"}, now,
          quietFrom);
    progress.openSince = quietFrom;
    return true;
}

void reconcileNow(Progress &progress, clock::Clock::Wall now)
{
    if (awaitsReconciliation(progress))
        progress.due = std::min(*progress.due, now);
}

void endReconciliation(Progress &progress, clock::Clock::Wall now)
{
    ++progress.fence;
    progress.openSince.reset();
    progress.due.reset();
    progress.ended = now;
}

void retry(Progress &progress, bool verifyFirst, clock::Clock::Wall now)
{
    check(progress, verifyFirst ? TicketAction::verifyFirst : TicketAction::retry, "retried");
    enter(progress, verifyFirst ? TicketState::unknown : TicketState::ready, {"retried", "retried manually"}, now);
    progress.runBegan = now;
    progress.crashes = 0;
}

void link(StoredTicket &ticket, const TicketOutcome &outcome, const StateReason &reason, clock::Clock::Wall now)
{
    check(ticket, TicketAction::link, "linked");
    enter(ticket, TicketState::done, reason, now);
    ticket.outcome = outcome;
}

void discard(Progress &progress, const StateReason &reason, clock::Clock::Wall now)
{
    check(progress, TicketAction::discard, "discarded");
    enter(progress, TicketState::cancelled, reason, now, {}, progress.openSince.has_value());
}

bool movesByItself(const Progress &progress)
{
    return !isSettled(progress.state) || progress.due;
}

std::vector<std::string> actionsFor(const Progress &progress)
{
    const bool isTicket = progress.kind == OperationKind::create;
    std::vector<std::string> actions;
    const auto add = [&](const char *name, bool allowed) {
        if (allowed)
            actions.emplace_back(name);
    };
    add("retry", allows(progress.state, TicketAction::retry));
    add("correct", isTicket && isCorrectable(progress.state));
    add("verify", isInDoubt(progress.state) && allows(progress.state, TicketAction::verifyFirst));
    add("link", isTicket && allows(progress.state, TicketAction::link));
    add("discard", allows(progress.state, TicketAction::discard));
    return actions;
}

} // namespace psa::ticket
