#pragma once

#include "host/ticket/ticket.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace psa::ticket {

// The transitions of a ticket: all changes that are ever made to one. Nothing here reads or stores anything; `now` has
// millisecond precision, as times are stored.

/// A human requested something that the ticket's state does not allow. what() says why, and what to do instead.
class ActionNotAllowed : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A new ticket, without an id. Throws std::invalid_argument for a state in which no ticket starts.
StoredTicket submitted(const NewTicket &request, clock::Clock::Wall now);
/// It was certainly not created and will not be sent, so that another request may take its place, key and reference.
bool mayBeSubmittedAgain(const StoredTicket &ticket);
/// Starts it over with `request`. Only if it may be submitted again.
void submitAgain(StoredTicket &ticket, const NewTicket &request, clock::Clock::Wall now);

/// It is to be sent, not before it is due.
bool isToBeSent(const StoredTicket &ticket);
/// It is to be looked up in the PSA, not before it is due.
bool awaitsReconciliation(const StoredTicket &ticket);
/// Claims it for either purpose, with a new fence.
void claim(StoredTicket &ticket, ClaimFor purpose, const std::string &pluginBuild, clock::Clock::Wall now);
/// Settles it. False means no change: the fence is stale. Throws std::invalid_argument for a settlement as sending.
[[nodiscard]] bool settle(StoredTicket &ticket, std::int64_t fence, const TicketSettlement &how,
                          clock::Clock::Wall now);
/// Whether another crash in the call for which the ticket was claimed would be one too many, so that a human decides.
bool isLastCrash(const StoredTicket &ticket);
/// Its connection may be used again: it is to be sent, or looked up if it is open.
void release(StoredTicket &ticket, clock::Clock::Wall now);
/// The process that had claimed it has ended. `storeIsOlder`: the store was restored and may not know what was sent
/// since. False means no change: it was not claimed, and it is finished or the store is current.
bool recover(StoredTicket &ticket, bool storeIsOlder, clock::Clock::Wall now);
/// If it waits to be looked up, it is due now.
void reconcileNow(StoredTicket &ticket, clock::Clock::Wall now);
/// Its connection is removed: it is not looked up any more.
void endReconciliation(StoredTicket &ticket, clock::Clock::Wall now);

// By a human. They throw ActionNotAllowed.

/// Sends it again immediately, and forgets its crashes; `verifyFirst` makes it unknown, so that it is looked up first. An open ticket can only
/// be looked up.
void retry(StoredTicket &ticket, bool verifyFirst, clock::Clock::Wall now);
/// The PSA has it as this ticket.
void link(StoredTicket &ticket, const TicketOutcome &outcome, const StateReason &reason, clock::Clock::Wall now);
/// Discards it: it is not sent any more.
void discard(StoredTicket &ticket, const StateReason &reason, clock::Clock::Wall now);

/// It will change on its own, sooner or later.
bool movesByItself(const StoredTicket &ticket);
/// What a human can do with it now, as in the API: "retry", "correct", "verify", "link", "discard". "verify" is offered
/// only if it is not known whether the PSA has it; an open ticket is always looked up before it is retried.
std::vector<std::string> actionsFor(const StoredTicket &ticket);

} // namespace psa::ticket
