#pragma once

#include "host/ticket/operation.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace psa::ticket {

// The transitions of tickets, notes and changes: all changes that are ever made to one. Nothing here reads or stores anything; `now` has
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

/// A new note or change of `ticket`, without an id: it waits its turn, see takeTurns().
StoredOperation submitted(const NewOperation &request, const StoredTicket &ticket, clock::Clock::Wall now);
/// `all`: the operations of the ticket, oldest first. Those whose turn has come are due, those whose ticket will never be
/// created are cancelled, and those that were cancelled for that come back if it may be created after all. Returns the
/// positions of the changed ones. `gone`: why the PSA's ticket cannot be updated any more; "" = it can.
std::vector<std::size_t> takeTurns(const StoredTicket &ticket, const std::string &gone,
                                   std::vector<StoredOperation> &all, clock::Clock::Wall now);
/// The operations that may be carried out together with `all[first]`, which was never sent: those right behind it that
/// wait their turn, of the same kind. Returns their positions, the next first.
std::vector<std::size_t> mergeable(const std::vector<StoredOperation> &all, std::size_t first);
/// The states of `all` as in StoredTicket::operationStates.
std::vector<TicketState> notableStates(const std::vector<StoredOperation> &all);

// For tickets, notes and changes.

/// It is to be sent, not before it is due.
bool isToBeSent(const Progress &progress);
/// It is to be looked up in the PSA, not before it is due.
bool awaitsReconciliation(const Progress &progress);
/// It waits for its ticket or for an earlier operation of it.
bool waitsItsTurn(const Progress &progress);
/// Claims it for either purpose, with a new fence.
void claim(Progress &progress, ClaimFor purpose, const std::string &pluginBuild, clock::Clock::Wall now);
/// Settles it. False means no change: the fence is stale. Throws std::invalid_argument for a settlement as sending.
[[nodiscard]] bool settle(Progress &progress, std::int64_t fence, const Settlement &how, clock::Clock::Wall now);
[[nodiscard]] bool settle(StoredTicket &ticket, std::int64_t fence, const TicketSettlement &how,
                          clock::Clock::Wall now);
[[nodiscard]] bool settle(StoredOperation &operation, std::int64_t fence, const OperationSettlement &how,
                          clock::Clock::Wall now);
/// Settles an operation that was carried out as part of `carrier`, which has just been settled.
void follow(StoredOperation &operation, const StoredOperation &carrier, clock::Clock::Wall now);
/// Whether another crash in the call for which it was claimed would be one too many, so that a human decides.
bool isLastCrash(const Progress &progress);
/// Its connection may be used again: it is to be sent, or looked up if it is open.
void release(Progress &progress, clock::Clock::Wall now);
/// The process that had claimed it has ended. `storeIsOlder`: the store was restored and may not know what was sent
/// since. False means no change: it was not claimed, and it is finished or the store is current.
bool recover(Progress &progress, bool storeIsOlder, clock::Clock::Wall now);
/// Another host had claimed it, and lost the right to handle it. A request of that host may reach the PSA until `quietFrom`,
/// when the quiet period of a lookup begins. False means no change: it was not claimed.
bool takeOver(Progress &progress, clock::Clock::Wall quietFrom, clock::Clock::Wall now);
/// If it waits to be looked up, it is due now.
void reconcileNow(Progress &progress, clock::Clock::Wall now);
/// Its connection is removed: it is not looked up any more.
void endReconciliation(Progress &progress, clock::Clock::Wall now);

// By a human. They throw ActionNotAllowed.

/// Sends it again immediately, and forgets its crashes; `verifyFirst` makes it unknown, so that it is looked up first. An
/// open one can only be looked up.
void retry(Progress &progress, bool verifyFirst, clock::Clock::Wall now);
/// The PSA has it as this ticket.
void link(StoredTicket &ticket, const TicketOutcome &outcome, const StateReason &reason, clock::Clock::Wall now);
/// Discards it: it is not sent any more.
void discard(Progress &progress, const StateReason &reason, clock::Clock::Wall now);

/// It will change on its own, sooner or later.
bool movesByItself(const Progress &progress);
/// What a human can do with it now, as in the API: "retry", "correct", "verify", "link", "discard". "verify" is offered
/// only if it is not known whether the PSA has it; an open one is always looked up before it is retried. Notes and
/// changes can be neither corrected nor linked.
std::vector<std::string> actionsFor(const Progress &progress);

} // namespace psa::ticket
