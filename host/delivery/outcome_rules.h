#pragma once

#include "host/delivery/policy.h"
#include "host/delivery/verdict.h"
#include "host/plugin/call_state.h"
#include "host/ticket/ticket.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::delivery {

// What follows from the outcome of a call for a ticket, a note or a change alike; settlement.h has what differs.

/// What is known about an attempt or lookup in addition to its outcome.
struct WorkFacts
{
    const ticket::Progress &work; ///< As it was claimed.
    clock::Clock::Wall now;
    bool canReconcile = true; ///< The plugin can look it up.
    bool quotaToSpare = true; ///< Little of the PSA's limits is used.
    /// When the lookup began: what the PSA shows since then, it may have missed. nullopt = now.
    std::optional<clock::Clock::Wall> asked = std::nullopt;
};

/// After an attempt whose verdict is not `done`. `policy`: with the quiet period of this kind of operation.
ticket::Settlement settleUnfinished(Verdict verdict, const plugin::CallOutcome &outcome, const WorkFacts &facts,
                                    const DeliveryPolicy &policy, const RandomBelow &random);
/// After a lookup that failed.
ticket::Settlement lookFailed(const plugin::CallOutcome &outcome, const WorkFacts &facts, const DeliveryPolicy &policy);
/// After a lookup that did not find it: the PSA does not have it, or not yet.
ticket::Settlement absent(const WorkFacts &facts, const DeliveryPolicy &policy);
/// If the plugin crashed too often over it, what follows from that instead of `settlement`.
ticket::Settlement withCrash(ticket::Settlement settlement, const plugin::CallOutcome &outcome, const WorkFacts &facts);
/// `spent`: see Settlement::attemptSpent.
ticket::Settlement plain(ticket::TicketState state, ticket::StateReason reason, bool spent = true);

/// The words of the attempt in the reason of an open operation, without what was appended to them.
std::string wordsIn(const ticket::Progress &work);
/// The plugin's message, with its hint.
std::string wordsOf(const plugin::CallOutcome &outcome);
/// Appends the "warnings" of a plugin's result.
void addWarnings(std::vector<std::string> &warnings, const Poco::JSON::Object &document);

} // namespace psa::delivery
