#include "host/events/ticket_draft.h"

#include "host/events/rules/template.h"
#include "host/json/utf8.h"
#include "host/plugin/request_fields.h"

#include <algorithm>

namespace psa::events {
namespace {

using Poco::JSON::Object;

/// A customer as the source names it, for people and for a request: never a text that a PSA could take for an id.
std::string nameOf(const Party &customer, const std::string &source)
{
    const bool isNumber =
        std::all_of(customer.name.begin(), customer.name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!isNumber)
        return customer.name;
    return "customer " + (customer.name.empty() ? customer.id : customer.name) + " of " + source;
}

CompanyChoice forUnknown(const rules::Rule &rule, const rules::Facts &facts)
{
    CompanyChoice choice;
    choice.unknown = true;
    const std::string name = nameOf(facts.event->customer, facts.source);
    choice.text = "The customer \"" + name + "\" of the source \"" + facts.source + "\" is not in the customers table";
    if (rule.ticket.unknownCustomerCompany.empty())
    {
        choice.review = true;
        choice.company = name;
        choice.text += ". Add it there, correct the company of this ticket and retry it.";
        return choice;
    }
    choice.company = rule.ticket.unknownCustomerCompany;
    choice.text += ": as the rule says, the ticket goes to the company " + choice.company + ".";
    return choice;
}

CompanyChoice companyFor(const rules::Rule &rule, const rules::Facts &facts, const rules::CustomerTable &customers)
{
    const Party &customer = facts.event->customer;
    const rules::Customer *known = customers.find(facts.source, customer);
    CompanyChoice choice;
    if (known != nullptr)
    {
        choice.customer = known->name;
        choice.company = known->companyFor(rule.ticket.connection);
        if (!choice.company.empty())
            return choice;
    }
    if (customer == Party{})
        return choice; // the ticket default, about which the ticket has a warning
    choice = forUnknown(rule, facts);
    if (known != nullptr)
        choice.text = "The customer \"" + known->name + "\" has no company for the connection \"" +
                      rule.ticket.connection + "\" in the customers table. Add it there, correct the company of this " +
                      "ticket and retry it.";
    return choice;
}

/// A value cut to the limit of its field, so that the request can be submitted again unchanged.
std::string fitting(const std::string &name, const std::string &value)
{
    const plugin::RequestField *field = plugin::findRequestField(name);
    const std::string marker = " […]";
    if (field == nullptr || value.size() <= field->maxLength)
        return value;
    return std::string(json::cutUtf8(value, field->maxLength - marker.size())) + marker;
}

} // namespace

TicketDraft draftTicket(const rules::Rule &rule, const rules::Facts &facts, const rules::CustomerTable &customers)
{
    TicketDraft draft;
    draft.company = companyFor(rule, facts, customers);
    draft.request = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    const rules::CustomerFacts about{draft.company.customer, draft.company.company, ""};
    const auto fill = [&](Object &into, const std::string &name, const rules::Template &text) {
        const std::string value = text.render(facts, about, draft.unset);
        if (!json::isBlankText(value))
            into.set(name, fitting(name, value));
    };
    for (const auto &[name, text] : rule.ticket.fields)
        fill(*draft.request, name, text);
    Object::Ptr own = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const auto &[name, text] : rule.ticket.ownFields)
        fill(*own, name, text);
    if (own->size() > 0)
        draft.request->set("fields", own);
    if (draft.request->has("company"))
        draft.company = {draft.request->getValue<std::string>("company"), draft.company.customer, false, false, ""};
    else if (!draft.company.company.empty())
        draft.request->set("company", draft.company.company);
    draft.customerKey = draft.company.company;
    return draft;
}

} // namespace psa::events
