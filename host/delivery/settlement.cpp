#include "host/delivery/settlement.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace psa::delivery {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

WorkFacts common(const AttemptFacts &facts)
{
    return {facts.ticket, facts.now, facts.canReconcile, facts.quotaToSpare, facts.asked};
}

/// Without an outcome: that of the ticket stays as it is.
ticket::TicketSettlement ofTicket(ticket::Settlement settlement)
{
    return {std::move(settlement), std::nullopt};
}

void readTicketInto(ticket::TicketOutcome &known, const Object &ticket)
{
    known.psaId = ticket.getValue<std::string>("id");
    known.number = ticket.optValue<std::string>("number", "");
    known.url = ticket.optValue<std::string>("url", "");
}

ticket::TicketSettlement created(const plugin::CallOutcome &outcome, const AttemptFacts &facts)
{
    const auto document = json::parseStrict(outcome.result).extract<Object::Ptr>();
    ticket::TicketSettlement settlement;
    settlement.state = ticket::TicketState::done;
    settlement.reason = {"created", "The PSA has created it."};
    settlement.outcome = facts.ticket.outcome;
    readTicketInto(*settlement.outcome, *document->getObject("ticket"));
    addWarnings(settlement.outcome->warnings, *document);
    return settlement;
}

ticket::TicketSettlement found(const Array &tickets, const AttemptFacts &facts)
{
    if (tickets.size() > 1)
        return ofTicket(
            plain(ticket::TicketState::needsReview,
                  {"several", "The PSA has " + std::to_string(tickets.size()) + " tickets with the reference " +
                                  facts.ticket.reference +
                                  ". Close all but one of them there, then link this ticket to the remaining one."}));
    ticket::TicketSettlement settlement;
    settlement.state = ticket::TicketState::done;
    settlement.reason = {"recovered", "The PSA has created it; its response was lost."};
    if (facts.ticket.reason.code == ticket::keyCode)
        settlement.reason.text = "The PSA already has a ticket with this key.";
    else if (facts.ticket.state != ticket::TicketState::unknown)
        settlement.reason.text =
            json::sentences("The PSA has created it, although its response was: ", wordsIn(facts.ticket));
    settlement.outcome = facts.ticket.outcome;
    settlement.outcome->recovered = true;
    readTicketInto(*settlement.outcome, *tickets.getObject(0));
    return settlement;
}

} // namespace

ticket::TicketSettlement settleAttempt(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                       const DeliveryPolicy &policy, const RandomBelow &random)
{
    const Verdict verdict = judge(outcome);
    ticket::TicketSettlement settlement =
        verdict == Verdict::done ? created(outcome, facts)
                                 : ofTicket(settleUnfinished(verdict, outcome, common(facts), policy, random));
    ticket::Settlement &basics = settlement;
    basics = withCrash(basics, outcome, common(facts));
    return settlement;
}

ticket::TicketSettlement settleReconciliation(const plugin::CallOutcome &outcome, const AttemptFacts &facts,
                                              const DeliveryPolicy &policy)
{
    if (!outcome.ok())
        return ofTicket(withCrash(lookFailed(outcome, common(facts), policy), outcome, common(facts)));
    const Array::Ptr tickets = json::parseStrict(outcome.result).extract<Object::Ptr>()->getArray("tickets");
    return tickets->size() > 0 ? found(*tickets, facts) : ofTicket(absent(common(facts), policy));
}

} // namespace psa::delivery
