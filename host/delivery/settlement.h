#pragma once

#include "host/delivery/outcome_rules.h"

namespace psa::delivery {

/// What is known about an attempt or lookup in addition to its outcome.
struct AttemptFacts
{
    const ticket::StoredTicket &ticket; ///< As it was claimed.
    clock::Clock::Wall now;
    bool canReconcile = true;                               ///< The plugin can find tickets by reference.
    bool quotaToSpare = true;                               ///< Little of the PSA's limits is used.
    std::optional<clock::Clock::Wall> asked = std::nullopt; ///< See WorkFacts.
};

/// The new state of a ticket after an attempt to create it: docs/architecture.md has the states, docs/operations.md the
/// table. Never throws because of what a plugin returned.
ticket::TicketSettlement settleAttempt(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                       const DeliveryPolicy &policy, const RandomBelow &random);

/// The new state of a ticket after a lookup by its reference that was made because it is not known whether the PSA has
/// it.
ticket::TicketSettlement settleReconciliation(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                              const DeliveryPolicy &policy);

} // namespace psa::delivery
