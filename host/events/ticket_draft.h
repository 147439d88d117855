#pragma once

#include "host/events/rules/customer.h"
#include "host/events/rules/rule.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::events {

/// Which company a ticket goes to.
struct CompanyChoice
{
    std::string company;  ///< As in ticket requests; "" = the ticket default.
    std::string customer; ///< Name in the customers table; "" = not in it.
    bool review = false;  ///< The customer is in no table, and the rule wants a human to decide.
    bool unknown = false; ///< The customer is in no table.
    std::string text;     ///< Why, if a human should know; "" otherwise.
};

/// The ticket that a rule would create for an event.
struct TicketDraft
{
    Poco::JSON::Object::Ptr request; ///< A ticket request without connection.
    CompanyChoice company;
    std::vector<std::string> unset; ///< Names in its templates that the event does not set.
    std::string customerKey;        ///< Equal for tickets of one customer, and different for others.
};

/// Whether the rule creates tickets; otherwise it only counts events.
inline bool createsTicket(const rules::Rule &rule)
{
    return rule.action == rules::RuleAction::ticket;
}

/// Fills in the templates of `rule`, which creates tickets. Throws rules::RuleFailed if one of them cannot be filled in.
TicketDraft draftTicket(const rules::Rule &rule, const rules::Facts &facts, const rules::CustomerTable &customers);

} // namespace psa::events
