#pragma once

#include "host/delivery/operation_calls.h"
#include "host/delivery/outcome_rules.h"

namespace psa::delivery {

/// What is known about a note or a change in addition to the outcome of its calls.
struct OperationFacts
{
    const OperationWork &work;
    clock::Clock::Wall now;
    bool quotaToSpare = true;
    std::optional<clock::Clock::Wall> asked = std::nullopt; ///< See WorkFacts.
};

/// The policy for operations of this kind: they have quiet periods of their own.
DeliveryPolicy policyFor(ticket::OperationKind kind, const DeliveryPolicy &policy);

/// The new state of a note or change after carryOut(). Never throws because of what a plugin returned. `policy`: of its
/// kind.
ticket::OperationSettlement settleCarriedOut(const OperationOutcome &outcome, const OperationFacts &facts,
                                             const DeliveryPolicy &policy, const RandomBelow &random);

/// The new state after lookUp(), which was called because it is not known whether it was carried out, or whether more than
/// once.
ticket::OperationSettlement settleLookedUp(const OperationOutcome &outcome, const OperationFacts &facts,
                                           const DeliveryPolicy &policy);

} // namespace psa::delivery
