#pragma once

#include "host/delivery/backoff.h"
#include "host/plugin/call_state.h"
#include "host/ticket/ticket.h"

namespace psa::delivery {

/// What is known about one attempt or look beside its outcome.
struct AttemptFacts
{
    const ticket::StoredTicket &ticket; ///< As it was claimed.
    clock::Clock::Wall now;
    bool canReconcile = true; ///< The plugin finds tickets by their reference.
    bool quotaToSpare = true; ///< Of the PSA's limits little is used.
};

/// The new state of a ticket after an attempt to create it: docs/architecture.md has the states, docs/operations.md the
/// table. Never throws because of what a plugin returned.
ticket::TicketSettlement settleAttempt(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                       const DeliveryPolicy &policy, const RandomBelow &random);

/// What becomes of a ticket after a look for its reference, which is open whether the PSA has it.
ticket::TicketSettlement settleReconciliation(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                              const DeliveryPolicy &policy);

/// An attempt that a crash or a hung plugin ended before anybody knew how: to be looked for.
ticket::TicketSettlement unknownSince(const AttemptFacts &facts, const DeliveryPolicy &policy,
                                      ticket::StateReason reason);

} // namespace psa::delivery
