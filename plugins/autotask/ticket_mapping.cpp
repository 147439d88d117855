#include "ticket_mapping.h"

#include "people.h"
#include "records.h"

#include "common/text.h"
#include "common/ticket_document.h"
#include "common/typed_values.h"

#include <psa/clock.hpp>

#include <algorithm>

namespace psa::plugins::autotask {
namespace {

constexpr std::size_t titleLength = 255;
constexpr std::size_t descriptionLength = 8000;

} // namespace

Object TicketMapping::map(std::string_view reference, const Object &ticket)
{
    body_.clear();
    Metadata metadata = Metadata::ticketFields(client_);
    mapTexts(ticket, metadata);
    try
    {
        mapPickLists(ticket, metadata);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET || !metadata.fromCache())
            throw;
        // The value may be newer than the cached data.
        Metadata::forget(client_);
        metadata = Metadata::ticketFields(client_);
        mapPickLists(ticket, metadata);
    }
    mapDueDate(ticket);
    mapPeople(ticket);
    mapOwnFields(ticket);
    body_.set("externalID", std::string(reference));
    return body_;
}

void TicketMapping::mapTexts(const Object &ticket, const Metadata &metadata)
{
    const psa::TicketTexts texts = textsOf(thePsa, ticket, metadata.length("title", titleLength),
                                           metadata.length("description", descriptionLength), warnings_);
    body_.set("title", texts.title);
    if (!texts.description.empty())
        body_.set("description", texts.description);
}

void TicketMapping::mapPickLists(const Object &ticket, const Metadata &metadata)
{
    std::string issueType; // Set before subIssueType, because it comes first in the list.
    for (const TicketName &name : pickListNames(ticketNames()))
    {
        const std::string_view ours = name.ours;
        const std::string wanted = givenText(ticket, name);
        const std::vector<PickValue> &values = metadata.values(name.theirs);
        if (!wanted.empty())
            body_.set(name.theirs,
                      resolvePickValue(thePsa, name, values, wanted, ours == "subIssueType" ? issueType : ""));
        else if (ours == "status" || ours == "priority")
            useDefault(name, values);
        if (ours == "issueType" && !wanted.empty())
            issueType = textOf(body_, name.theirs);
    }
}

/// Autotask creates no ticket without a status and a priority, and has no defaults for them.
void TicketMapping::useDefault(const TicketName &name, const std::vector<PickValue> &values)
{
    const std::string title = name.title;
    const PickValue *value = defaultPickValue(values);
    if (value == nullptr || !isInteger(value->id))
        throw invalidField(name.ours, "The ticket has no " + title + ", and Autotask has no default for it.",
                           "Set " + title + " in the ticket or in the ticket defaults.");
    if (!value->isDefault)
        warnings_.push_back(
            {"The ticket has no " + title + " and Autotask has no default for it: \"" + value->label + "\" was used.",
             name.ours, "Set " + title + " in the ticket defaults."});
    body_.set(name.theirs, static_cast<Poco::Int64>(std::stoll(value->id)));
}

void TicketMapping::mapDueDate(const Object &ticket)
{
    if (const std::string due = dueTime(ticket); !due.empty())
    {
        body_.set("dueDateTime", due);
        return;
    }
    const Object::Ptr own = ticket.getObject("fields");
    std::int64_t hours = defaultDueInHours;
    if (own && has(*own, "dueInHours"))
    {
        const auto given = integerOf(*own, "dueInHours");
        if (!given || *given < 0 || *given > 8760)
            throw invalidField(
                "dueInHours", "\"Due in hours\" is not a whole number from 0 to 8760.",
                "Correct it in the ticket or in the ticket defaults; 0 leaves the due date to the category.");
        hours = *given;
    }
    if (hours > 0)
        body_.set("dueDateTime", utcText(psa::Clock(client_.host()).unixMs(client_.call()) + hours * 3600 * 1000));
}

void TicketMapping::mapPeople(const Object &ticket)
{
    const std::string company = givenText(ticket, ticketName("company"));
    if (company.empty())
        throw invalidField("company", "The ticket has no company.",
                           "Name the company in the ticket, or set \"Default company\" in the ticket defaults.");
    const std::int64_t companyId = resolveCompany(client_, company);
    body_.set("companyID", static_cast<Poco::Int64>(companyId));
    if (const std::string contact = givenText(ticket, ticketName("contact")); !contact.empty())
        body_.set("contactID", static_cast<Poco::Int64>(resolveContact(client_, contact, companyId)));
    if (const std::string device = givenText(ticket, ticketName("device")); !device.empty())
        body_.set("configurationItemID", static_cast<Poco::Int64>(resolveDevice(client_, device, companyId)));
    if (const std::string assignee = givenText(ticket, ticketName("assignee")); !assignee.empty())
    {
        const std::int64_t resource = resolveResource(client_, assignee);
        body_.set("assignedResourceID", static_cast<Poco::Int64>(resource));
        body_.set("assignedResourceRoleID", static_cast<Poco::Int64>(deskRole(client_, resource, assignee)));
    }
}

void TicketMapping::mapOwnFields(const Object &ticket)
{
    if (const std::string workType = givenText(ticket, ticketName("workType")); !workType.empty())
        body_.set("billingCodeID", static_cast<Poco::Int64>(resolveWorkType(client_, workType)));
    if (const std::string contract = givenText(ticket, ticketName("contract")); !contract.empty())
    {
        if (!isInteger(contract))
            throw invalidField("contract", "\"" + oneLine(contract) + "\" is not a valid Contract ID.",
                               "Enter the numeric id of the contract.");
        body_.set("contractID", static_cast<Poco::Int64>(std::stoll(contract)));
    }
    const Object::Ptr values = givenValues(ticket, ticketName("userDefinedFields"));
    if (values && values->size() > 0)
        if (const Array::Ptr mapped = mapUserDefinedFields(*values, Metadata::userDefinedFields(client_), warnings_);
            mapped->size() > 0)
            body_.set("userDefinedFields", mapped);
}

} // namespace psa::plugins::autotask
