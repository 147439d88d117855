#include "ticket_mapping.h"

#include "common/text.h"
#include "common/timestamp.h"
#include "pick_list.h"
#include "records.h"
#include "user_defined.h"

#include <psa/clock.hpp>

#include <algorithm>

namespace plugins::autotask {
namespace {

constexpr std::size_t titleLength = 255;
constexpr std::size_t descriptionLength = 8000;

psa::Error invalid(const char *field, const std::string &message, const std::string &hint)
{
    psa::Error error(PSA_INVALID_TICKET, message);
    error.field(field).hint(hint);
    return error;
}

/// The tenant's length of a text field, or Autotask's usual one.
std::size_t lengthOf(const Metadata &metadata, const char *field, std::size_t usual)
{
    const FieldInfo *info = metadata.find(field);
    return info == nullptr || info->length == 0 ? usual : info->length;
}

std::string ownText(const Object &ticket, const TicketName &name)
{
    const Object::Ptr own = ticket.getObject("fields");
    const Object &place = name.own && own ? *own : ticket;
    return name.own && !own ? std::string() : std::string(trim(textOf(place, name.ours)));
}

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
        // The value may be newer than what is kept.
        Metadata::forget(client_);
        metadata = Metadata::ticketFields(client_);
        mapPickLists(ticket, metadata);
    }
    mapDueDate(ticket);
    mapPeople(ticket);
    if (const Object::Ptr own = ticket.getObject("fields"))
        mapOwnFields(*own);
    body_.set("externalID", std::string(reference));
    return body_;
}

void TicketMapping::mapTexts(const Object &ticket, const Metadata &metadata)
{
    const std::string title = oneLine(textOf(ticket, "title"));
    if (title.empty())
        throw invalid("title", "The ticket has no title.", "Give it a title of one line.");
    const std::size_t titleLimit = lengthOf(metadata, "title", titleLength);
    const Clipped shortTitle = clip(title, titleLimit);
    std::string text = textOf(ticket, "description");
    if (shortTitle.clipped)
    {
        warnings_.add("The title is longer than the " + std::to_string(titleLimit) +
                          " characters that Autotask holds and was clipped; the description begins with all of it.",
                      "title");
        text = title + (text.empty() ? "" : "\n\n" + text);
    }
    const std::size_t textLimit = lengthOf(metadata, "description", descriptionLength);
    const Clipped description = clip(text, textLimit);
    if (description.clipped)
        warnings_.add("The description is longer than the " + std::to_string(textLimit) +
                          " characters that Autotask holds and was clipped; this host keeps all of it.",
                      "description");
    body_.set("title", shortTitle.text);
    if (!description.text.empty())
        body_.set("description", description.text);
}

void TicketMapping::mapPickLists(const Object &ticket, const Metadata &metadata)
{
    std::string issueType; // Chosen before subIssueType: the list has it first.
    for (const TicketName &name : pickListNames())
    {
        const std::string wanted = ownText(ticket, name);
        const FieldInfo *field = metadata.find(name.theirs);
        const bool needed = std::string_view(name.ours) == "status" || std::string_view(name.ours) == "priority";
        if (!wanted.empty())
            body_.set(name.theirs, resolvePickValue(field, name, wanted,
                                                    std::string_view(name.ours) == "subIssueType" ? issueType : ""));
        else if (needed)
            useDefault(name, field);
        if (std::string_view(name.ours) == "issueType" && !wanted.empty())
            issueType = textOf(body_, name.theirs);
    }
}

/// Autotask creates no ticket without a status and a priority, and fills in neither by itself.
void TicketMapping::useDefault(const TicketName &name, const FieldInfo *field)
{
    const std::string title = name.title;
    const PickValue *value = defaultPickValue(field);
    if (value == nullptr || !isInteger(value->id))
        throw invalid(name.ours, "The ticket has no " + title + ", and Autotask names none by default.",
                      "Set " + title + " in the ticket or in the ticket defaults.");
    if (!value->isDefault)
        warnings_.add("The ticket has no " + title + " and Autotask names none by default: \"" + value->label +
                          "\" was used.",
                      name.ours, "Set " + title + " in the ticket defaults.");
    body_.set(name.theirs, static_cast<Poco::Int64>(std::stoll(value->id)));
}

void TicketMapping::mapDueDate(const Object &ticket)
{
    const std::string dueAt = textOf(ticket, "dueAt");
    if (!dueAt.empty())
    {
        const auto time = parseTime(dueAt);
        if (!time)
            throw invalid("dueAt", "\"" + oneLine(dueAt) + "\" is no date and time with an offset.",
                          "Write it like 2026-11-24T17:00:00Z or 2026-11-24T17:00:00+01:00.");
        body_.set("dueDateTime", utcText(*time));
        return;
    }
    const Object::Ptr own = ticket.getObject("fields");
    std::int64_t hours = defaultDueInHours;
    if (own && has(*own, "dueInHours"))
    {
        const auto given = integerOf(*own, "dueInHours");
        if (!given || *given < 0 || *given > 8760)
            throw invalid("dueInHours", "\"Due in hours\" is not a whole number from 0 to 8760.",
                          "Correct it in the ticket or in the ticket defaults; 0 leaves the due date to the category.");
        hours = *given;
    }
    if (hours > 0)
        body_.set("dueDateTime", utcText(psa::Clock(client_.host()).unixMs(client_.call()) + hours * 3600 * 1000));
}

void TicketMapping::mapPeople(const Object &ticket)
{
    const std::string company(trim(textOf(ticket, "company")));
    if (company.empty())
        throw invalid("company", "The ticket has no company.",
                      "Name the company in the ticket, or set \"Default company\" in the ticket defaults.");
    const std::int64_t companyId = resolveCompany(client_, company);
    body_.set("companyID", static_cast<Poco::Int64>(companyId));
    if (const std::string contact(trim(textOf(ticket, "contact"))); !contact.empty())
        body_.set("contactID", static_cast<Poco::Int64>(resolveContact(client_, contact, companyId)));
}

void TicketMapping::mapOwnFields(const Object &own)
{
    if (const std::string workType(trim(textOf(own, "workType"))); !workType.empty())
        body_.set("billingCodeID", static_cast<Poco::Int64>(resolveWorkType(client_, workType)));
    if (has(own, "contract") && !trim(textOf(own, "contract")).empty())
    {
        const auto contract = integerOf(own, "contract");
        if (!contract)
            throw invalid("contract", "\"" + oneLine(textOf(own, "contract")) + "\" is no Contract ID.",
                          "Give the numeric id of the contract.");
        body_.set("contractID", static_cast<Poco::Int64>(*contract));
    }
    if (const Object::Ptr values = own.getObject("userDefinedFields"); values && values->size() > 0)
        if (const Array::Ptr mapped = mapUserDefinedFields(*values, Metadata::userDefinedFields(client_), warnings_);
            mapped->size() > 0)
            body_.set("userDefinedFields", mapped);
}

} // namespace plugins::autotask
