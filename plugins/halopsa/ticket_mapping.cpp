#include "ticket_mapping.h"

#include "records.h"
#include "ticket_names.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

/// HaloPSA publishes no limit; its pages show one line.
constexpr std::size_t summaryLength = 255;
constexpr std::size_t referenceLength = 100;

/// HaloPSA lists no values to the agent, so that a name cannot be looked up.
psa::Error notListed(const TicketName &name, const std::string &given, const char *instead)
{
    return invalidField(name.ours,
                        std::string(name.title) + " \"" + oneLine(given) +
                            "\" cannot be looked up: HaloPSA lists no values for it to the agent of the application.",
                        instead);
}

} // namespace

std::string textValue(PickLists &lists, const TicketName &name, const std::string &given)
{
    if (const auto value = lists.choose(name, given))
        return value->label;
    if (isInteger(given))
        throw notListed(name, given, "Use the name as HaloPSA shows it.");
    return given;
}

std::int64_t idValue(PickLists &lists, const TicketName &name, const std::string &given, const std::string &type)
{
    if (isInteger(given))
        return std::stoll(given);
    const auto value = lists.choose(name, given, type);
    if (!value || !isInteger(value->id))
        throw notListed(name, given, "Use its numeric id.");
    return std::stoll(value->id);
}

Array::Ptr assetArray(const std::vector<std::int64_t> &ids)
{
    Array::Ptr assets = new Array;
    for (const std::int64_t id : ids)
    {
        Object::Ptr asset = new Object;
        asset->set("id", static_cast<Poco::Int64>(id));
        assets->add(asset);
    }
    return assets;
}

Object TicketMapping::map(std::string_view reference, const Object &ticket)
{
    if (trim(reference).empty() || reference.size() > referenceLength)
        throw psa::Error(PSA_INTERNAL,
                         "The reference \"" + oneLine(reference) + "\" cannot be searched for in HaloPSA.")
            .hint("Report it, including the log: a reference has 1 to 100 characters.");
    body_.clear();
    mapTexts(ticket);
    mapType(ticket);
    mapPeople(ticket);
    mapCategories(ticket);
    if (const std::string status = given(ticket, "status"); !status.empty())
        set("status", idValue(lists_, ticketName("status"), status, type_));
    if (const std::string priority = given(ticket, "priority"); !priority.empty())
        mapPriority(priority);
    if (const std::string due = dueTime(ticket); !due.empty())
        body_.set(ticketName("dueAt").theirs, due);
    if (const Object::Ptr values = givenValues(ticket, ticketName("customFields")))
        if (const Array::Ptr mapped = mapCustomFields(lists_, *values); mapped->size() > 0)
            body_.set(ticketName("customFields").theirs, mapped);
    body_.set("third_party_id_string", std::string(reference));
    return body_;
}

std::string TicketMapping::given(const Object &ticket, const char *ours)
{
    return givenText(ticket, ticketName(ours));
}

/// Whole numbers only: HaloPSA does not accept 95.0.
void TicketMapping::set(const char *ours, std::int64_t id)
{
    body_.set(ticketName(ours).theirs, static_cast<Poco::Int64>(id));
}

void TicketMapping::mapTexts(const Object &ticket)
{
    const psa::TicketTexts texts = textsOf(thePsa, ticket, summaryLength, std::string::npos, warnings_);
    body_.set("summary", texts.title);
    if (!texts.description.empty())
        body_.set("details", texts.description);
}

void TicketMapping::mapType(const Object &ticket)
{
    const std::string type = given(ticket, "ticketType");
    if (type.empty())
        throw invalidField("ticketType", "The ticket has no ticket type, and HaloPSA requires one.",
                           "Set \"Ticket type\" in the ticket defaults, or ticketType in the fields of the ticket.");
    const std::int64_t id = idValue(lists_, ticketName("ticketType"), type);
    type_ = std::to_string(id);
    set("ticketType", id);
}

void TicketMapping::mapPeople(const Object &ticket)
{
    const std::string company = given(ticket, "company");
    if (company.empty())
        throw invalidField("company", "The ticket has no company.",
                           "Name the company in the ticket, or set \"Default client\" in the ticket defaults.");
    const std::int64_t clientId = resolveClient(client_, company);
    set("company", clientId);
    mapPlace(ticket, clientId);
    if (const std::string team = given(ticket, "queue"); !team.empty())
        body_.set(ticketName("queue").theirs, textValue(lists_, ticketName("queue"), team));
    if (const std::string agent = given(ticket, "assignee"); !agent.empty())
        set("assignee", resolveAgent(client_, agent));
    if (const std::string device = given(ticket, "device"); !device.empty())
        body_.set(ticketName("device").theirs, assetArray({resolveAsset(client_, device, clientId)}));
}

/// HaloPSA takes a user only with the site that the user belongs to.
void TicketMapping::mapPlace(const Object &ticket, std::int64_t clientId)
{
    const std::string site = given(ticket, "site");
    const std::int64_t siteId = site.empty() ? 0 : resolveSite(client_, site, clientId);
    if (siteId > 0)
        set("site", siteId);
    const std::string contact = given(ticket, "contact");
    if (contact.empty())
        return;
    const User user = resolveUser(client_, contact, clientId);
    if (siteId > 0 && user.site > 0 && user.site != siteId)
        throw invalidField("site",
                           "The user \"" + oneLine(contact) + "\" belongs to another site of the client (" +
                               std::to_string(user.site) + ") than the ticket's.",
                           "Leave the site out, or use a contact of that site.");
    if (user.site > 0)
        set("site", user.site);
    set("contact", user.id);
}

/// Priorities belong to an SLA, and without one HaloPSA rejects them or means another.
void TicketMapping::mapPriority(const std::string &given)
{
    const std::int64_t sla = lists_.slaOf(type_);
    if (sla == 0)
    {
        warnings_.push_back(
            {"The ticket type has no SLA in HaloPSA and so no priorities; the ticket is created without "
             "the priority \"" +
                 oneLine(given) + "\".",
             "priority", "Give the ticket type a default SLA in HaloPSA, or leave the priority out."});
        return;
    }
    const auto value = lists_.choosePriority(given, sla);
    if (!value && !isInteger(given))
        throw notListed(ticketName("priority"), given, "Use its numeric id.");
    set("priority", std::stoll(value ? value->id : given));
}

void TicketMapping::mapCategories(const Object &ticket)
{
    for (const TicketName &name : ticketNames())
        if (categoryNumber(name) > 0)
            if (const std::string category = givenText(ticket, name); !category.empty())
                body_.set(name.theirs, textValue(lists_, name, category));
}

} // namespace psa::plugins::halopsa
