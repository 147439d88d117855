#include "ticket_mapping.h"

#include "records.h"
#include "search.h"
#include "ticket_names.h"

#include "common/text.h"
#include "common/typed_values.h"

namespace psa::plugins::connectwise {
namespace {

constexpr std::size_t summaryLength = 100;
constexpr std::size_t referenceLength = 100;

Object::Ptr byId(std::int64_t id)
{
    Object::Ptr reference = new Object;
    reference->set("id", static_cast<Poco::Int64>(id));
    return reference;
}

Object::Ptr byName(const std::string &name)
{
    Object::Ptr reference = new Object;
    reference->set("name", name);
    return reference;
}

std::int64_t idOf(const TicketName &name, const std::string &given)
{
    if (!isInteger(given))
        throw invalidField(name.ours, "\"" + oneLine(given) + "\" is not a valid " + name.title + ".",
                           "Use the numeric id.");
    return std::stoll(given);
}

/// Hosts that do not know assignees pass a ticket default for one in "fields".
std::string assigneeOf(const Object &ticket)
{
    const TicketName &name = ticketName("assignee");
    std::string given = givenText(ticket, name);
    return given.empty() ? givenText(ticket, {name.ours, name.theirs, name.title, "", true}) : given;
}

} // namespace

Object TicketMapping::map(std::string_view reference, const Object &ticket)
{
    // A ticket that cannot be searched for must not be created: nobody could determine later whether it exists.
    if (reference.empty() || reference.size() > referenceLength || !quoted(reference))
        throw psa::Error(PSA_INTERNAL,
                         "The reference \"" + oneLine(reference) + "\" cannot be searched for in ConnectWise.")
            .hint("Report it, including the log: a reference has letters, digits and hyphens.");
    body_.clear();
    mapTexts(ticket);
    mapPeople(ticket);
    mapLists(ticket);
    mapOwnFields(ticket);
    if (const std::string due = dueTime(ticket); !due.empty())
        body_.set(ticketName("dueAt").theirs, due);
    body_.set("externalXRef", std::string(reference));
    return body_;
}

void TicketMapping::mapTexts(const Object &ticket)
{
    const psa::TicketTexts texts = textsOf(thePsa, ticket, summaryLength, std::string::npos, warnings_);
    body_.set("summary", texts.title);
    if (!texts.description.empty())
        body_.set("initialDescription", texts.description);
}

void TicketMapping::mapPeople(const Object &ticket)
{
    const std::string company = givenText(ticket, ticketName("company"));
    if (company.empty())
        throw invalidField("company", "The ticket has no company.",
                           "Name the company in the ticket, or set \"Default company\" in the ticket defaults.");
    const std::int64_t companyId = resolveCompany(client_, company);
    body_.set("company", byId(companyId));
    const std::string contact = givenText(ticket, ticketName("contact"));
    if (contact.find('@') != std::string::npos)
        body_.set("contactEmailLookup", contact); // ConnectWise looks it up itself, without a further request.
    else if (!contact.empty())
        body_.set("contact", byId(resolveContact(client_, contact, companyId)));
    if (const std::string assignee = assigneeOf(ticket); !assignee.empty())
        body_.set("owner", byId(resolveMember(client_, assignee)));
}

void TicketMapping::mapLists(const Object &ticket)
{
    board_.clear();
    choice_ = {};
    for (const TicketName &name : pickListNames(ticketNames()))
        if (const std::string given = givenText(ticket, name); !given.empty())
            mapList(name, given);
}

/// An id is used unchecked, a name is looked up. Values that belong to a board can be looked up only if the board is
/// given: otherwise ConnectWise uses its own default board, and the name is sent unchanged.
void TicketMapping::mapList(const TicketName &name, const std::string &given)
{
    if (!isInteger(given) && isOfBoard(name) && board_.empty())
    {
        body_.set(name.theirs, byName(given));
        return;
    }
    const std::int64_t id = isInteger(given) ? std::stoll(given) : lists_.resolve(name, given, board_, choice_);
    body_.set(name.theirs, byId(id));
    const std::string_view ours = name.ours;
    if (ours == "queue")
        board_ = std::to_string(id);
    if (ours == "category")
        choice_.type = std::to_string(id);
    if (ours == "subType")
        choice_.subType = std::to_string(id);
}

void TicketMapping::mapOwnFields(const Object &ticket)
{
    for (const char *ours :
         {"severity", "impact", "contactName", "contactPhone", "contactEmail", "poNumber", "internalNote"})
        if (const std::string given = givenText(ticket, ticketName(ours)); !given.empty())
            body_.set(ticketName(ours).theirs, given);
    if (const std::string agreement = givenText(ticket, ticketName("agreement")); !agreement.empty())
        body_.set("agreement", byId(idOf(ticketName("agreement"), agreement)));
    if (const std::string notify = givenText(ticket, ticketName("notify")); !notify.empty())
        body_.set(ticketName("notify").theirs, typedValue(ValueType::truth, notify, "notify", "Notify"));
    if (const Object::Ptr values = givenValues(ticket, ticketName("customFields")))
        if (const Array::Ptr mapped = mapCustomFields(client_, *values); mapped->size() > 0)
            body_.set("customFields", mapped);
}

} // namespace psa::plugins::connectwise
