#pragma once

#include "host/ticket/ticket.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace psa::ticket {

// How a ticket moves from state to state: every change that is made to one, whoever makes it. Nothing here reads or stores
// anything; `now` is to the millisecond, as times are stored.

/// A person wants what does not fit the state in which a ticket is. what() says why, and what to do instead.
class ActionNotAllowed : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A ticket that nobody has had yet, without an id. Throws std::invalid_argument for a state that none begins in.
StoredTicket submitted(const NewTicket &request, clock::Clock::Wall now);

/// It is to be sent, not before it is due.
bool isToBeSent(const StoredTicket &ticket);
/// It is to be looked for in the PSA, not before it is due.
bool awaitsReconciliation(const StoredTicket &ticket);
/// Takes it for either, with a new fence.
void claim(StoredTicket &ticket, ClaimFor purpose, const std::string &pluginBuild, clock::Clock::Wall now);
/// Gives it back. False changes nothing: the fence is stale. Throws std::invalid_argument for a settlement as sending.
[[nodiscard]] bool settle(StoredTicket &ticket, std::int64_t fence, const TicketSettlement &how,
                          clock::Clock::Wall now);
/// Its connection may be used again: it is to be sent, or looked for if it is open.
void release(StoredTicket &ticket, clock::Clock::Wall now);
/// The process that had it has ended. `storeIsOlder`: the store was restored, and may not know what was sent since. False
/// changes nothing: nobody had it in hand, and it has ended, or the store is what it was.
bool recover(StoredTicket &ticket, bool storeIsOlder, clock::Clock::Wall now);
/// Its connection is removed: it is not looked for any more.
void endReconciliation(StoredTicket &ticket, clock::Clock::Wall now);

// By a person. Throw ActionNotAllowed.

/// Sends it again at once; `verifyFirst` makes it unknown, so that it is looked for before. What is open can only be looked for.
void retry(StoredTicket &ticket, bool verifyFirst, clock::Clock::Wall now);
/// The PSA has it as this ticket.
void link(StoredTicket &ticket, const TicketOutcome &outcome, const StateReason &reason, clock::Clock::Wall now);
/// No more of it.
void discard(StoredTicket &ticket, const StateReason &reason, clock::Clock::Wall now);

/// It changes without anybody's doing, sooner or later.
bool movesByItself(const StoredTicket &ticket);
/// What a person can do with it now, as in the API: "retry", "correct", "verify", "link", "discard". "verify" is there only where
/// nobody knows whether the PSA has it; what is open is looked for first whenever it is retried.
std::vector<std::string> actionsFor(const StoredTicket &ticket);

} // namespace psa::ticket
