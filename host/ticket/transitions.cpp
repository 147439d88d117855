#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::ticket {
namespace {

/// Moves the ticket to this state, with its consequences for the times, and with a new fence. `due`, `open`: as in
/// TicketSettlement; a cancelled ticket may stay open.
void enter(StoredTicket &ticket, TicketState state, const StateReason &reason, clock::Clock::Wall now,
           std::optional<clock::Clock::Wall> due = std::nullopt, bool open = false)
{
    const bool isOpen = open || state == TicketState::unknown;
    if (ticket.state != state)
        ticket.changed = now;
    ticket.state = state;
    ticket.reason = reason;
    ++ticket.fence;
    ticket.openSince = isOpen ? std::optional(ticket.openSince.value_or(now)) : std::nullopt;
    const bool waitsForDue = allows(state, TicketAction::send) || state == TicketState::unknown;
    if (waitsForDue || (isOpen && state == TicketState::dead))
        ticket.due = due.value_or(now);
    else
        ticket.due = isOpen && state == TicketState::held ? due : std::nullopt;
    ticket.ended = isEnded(state) && !ticket.due ? std::optional(now) : std::nullopt;
}

/// It may be claimed for a lookup that is not settled yet; for a held ticket only its fence shows that.
bool isLookedForNow(const StoredTicket &ticket)
{
    return allows(ticket.state, TicketAction::reconcile) && ticket.openSince && !ticket.due;
}

void check(const StoredTicket &ticket, TicketAction action, const char *participle)
{
    const bool mustReconcile = action == TicketAction::retry && ticket.openSince;
    if (allows(ticket.state, action) && !mustReconcile)
        return;
    const std::string refusal =
        "ticket " + std::to_string(ticket.id) + " is " + toText(ticket.state) + " and cannot be ";
    if (allows(ticket.state, TicketAction::verifyFirst) && mustReconcile)
        throw ActionNotAllowed(refusal + "sent again; " + adviceFor(TicketState::unknown));
    throw ActionNotAllowed(refusal + participle + "; " + adviceFor(ticket.state));
}

} // namespace

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

bool isToBeSent(const StoredTicket &ticket)
{
    return allows(ticket.state, TicketAction::send) && ticket.due && !ticket.openSince;
}

bool awaitsReconciliation(const StoredTicket &ticket)
{
    return allows(ticket.state, TicketAction::reconcile) && ticket.due && ticket.openSince;
}

void claim(StoredTicket &ticket, ClaimFor purpose, const std::string &pluginBuild, clock::Clock::Wall now)
{
    if (purpose == ClaimFor::sending)
    {
        enter(ticket, TicketState::sending, {}, now);
        ++ticket.attempts;
    }
    else
    {
        ++ticket.fence;
        ticket.due.reset();
    }
    ticket.pluginBuild = pluginBuild;
}

bool settle(StoredTicket &ticket, std::int64_t fence, const TicketSettlement &how, clock::Clock::Wall now)
{
    if (how.state == TicketState::sending)
        throw std::invalid_argument("a ticket is not settled as sending; claim it again instead");
    const bool inHand = ticket.state == TicketState::sending || isLookedForNow(ticket);
    if (ticket.fence != fence || !inHand || !allows(ticket.state, TicketAction::settle))
        return false;
    if (!how.attemptSpent && ticket.state == TicketState::sending)
        --ticket.attempts;
    if (ticket.state == TicketState::held && how.state == TicketState::ready)
        ticket.runBegan = now; // released
    enter(ticket, how.state, how.reason, now, how.due, how.open);
    if (how.outcome)
        ticket.outcome = *how.outcome;
    ticket.crashes += how.crashed ? 1 : 0;
    return true;
}

bool isLastCrash(const StoredTicket &ticket)
{
    constexpr std::int64_t crashesToReview = 2;
    return ticket.crashes + 1 >= crashesToReview;
}

void release(StoredTicket &ticket, clock::Clock::Wall now)
{
    if (ticket.openSince)
    {
        enter(ticket, TicketState::held, ticket.reason, now, now, true);
        ticket.openSince = now; // no lookup was possible before
    }
    else
        enter(ticket, TicketState::ready, {}, now);
    ticket.runBegan = now;
}

bool recover(StoredTicket &ticket, bool storeIsOlder, clock::Clock::Wall now)
{
    const std::string lookedFor = "; it will be looked up in the PSA";
    if (ticket.state == TicketState::sending)
        enter(ticket, TicketState::unknown, {"crash", "psa-host ended while it was being sent" + lookedFor}, now);
    else if (storeIsOlder && !isEnded(ticket.state) && ticket.state != TicketState::unknown)
        enter(ticket, TicketState::unknown,
              {"restored", "the store was restored and may be older than what was sent" + lookedFor}, now);
    else if (isLookedForNow(ticket))
    {
        ++ticket.fence;
        ticket.due = now;
    }
    else if (!storeIsOlder || isEnded(ticket.state))
        return false;
    if (ticket.state == TicketState::unknown && storeIsOlder)
        ticket.openSince = now; // it may have been sent again since
    return true;
}

void reconcileNow(StoredTicket &ticket, clock::Clock::Wall now)
{
    if (awaitsReconciliation(ticket))
        ticket.due = std::min(*ticket.due, now);
}

void endReconciliation(StoredTicket &ticket, clock::Clock::Wall now)
{
    ++ticket.fence;
    ticket.openSince.reset();
    ticket.due.reset();
    ticket.ended = now;
}

void retry(StoredTicket &ticket, bool verifyFirst, clock::Clock::Wall now)
{
    check(ticket, verifyFirst ? TicketAction::verifyFirst : TicketAction::retry, "retried");
    enter(ticket, verifyFirst ? TicketState::unknown : TicketState::ready, {"retried", "retried manually"}, now);
    ticket.runBegan = now;
    ticket.crashes = 0;
}

void link(StoredTicket &ticket, const TicketOutcome &outcome, const StateReason &reason, clock::Clock::Wall now)
{
    check(ticket, TicketAction::link, "linked");
    enter(ticket, TicketState::done, reason, now);
    ticket.outcome = outcome;
}

void discard(StoredTicket &ticket, const StateReason &reason, clock::Clock::Wall now)
{
    check(ticket, TicketAction::discard, "discarded");
    enter(ticket, TicketState::cancelled, reason, now, {}, ticket.openSince.has_value());
}

bool movesByItself(const StoredTicket &ticket)
{
    return !isSettled(ticket.state) || ticket.due;
}

std::vector<std::string> actionsFor(const StoredTicket &ticket)
{
    std::vector<std::string> actions;
    const auto add = [&](const char *name, bool allowed) {
        if (allowed)
            actions.emplace_back(name);
    };
    add("retry", allows(ticket.state, TicketAction::retry));
    add("correct", isCorrectable(ticket.state));
    add("verify", isInDoubt(ticket.state) && allows(ticket.state, TicketAction::verifyFirst));
    add("link", allows(ticket.state, TicketAction::link));
    add("discard", allows(ticket.state, TicketAction::discard));
    return actions;
}

} // namespace psa::ticket
