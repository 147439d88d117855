#include "common/ticket_document.h"

#include "common/exchange.h"
#include "common/text.h"
#include "common/typed_values.h"

namespace psa::plugins {
namespace {

Object::Ptr parsed(std::string_view json, const std::string &what)
{
    Object::Ptr document = parseObject(json);
    if (!document)
        throw psa::Error(PSA_INVALID_TICKET, "The " + what + " is not a JSON document.")
            .hint("Report it, including the log.");
    return document;
}

} // namespace

Object::Ptr parseTicket(std::string_view json)
{
    return parsed(json, "ticket");
}

Object::Ptr parseChange(std::string_view json)
{
    return parsed(json, "change");
}

std::string givenText(const Object &ticket, const TicketName &name)
{
    const Object::Ptr own = ticket.getObject("fields");
    const bool isMember = !name.own && has(ticket, name.ours);
    if (!isMember && !own)
        return {};
    const auto text = writtenText((isMember ? ticket : *own).get(name.ours));
    if (!text)
        throw invalidField(name.ours, std::string(name.title) + " is a list or an object.",
                           "Use a single value: an id, a name or a string.");
    return std::string(trim(*text));
}

Object::Ptr givenValues(const Object &ticket, const TicketName &name)
{
    const Object::Ptr own = ticket.getObject("fields");
    if (!own || !has(*own, name.ours))
        return {};
    Object::Ptr values = own->getObject(name.ours);
    if (!values)
        throw invalidField(name.ours, std::string(name.title) + " are not an object of names and values.",
                           "Write them like {\"name\": \"value\"}.");
    return values;
}

std::string dueTime(const Object &ticket)
{
    const std::string dueAt = textOf(ticket, "dueAt");
    if (dueAt.empty())
        return {};
    const auto time = parseTime(dueAt);
    if (!time)
        throw invalidField("dueAt", "\"" + oneLine(dueAt) + "\" is not a date and time with an offset.",
                           "Write it like 2026-11-24T17:00:00Z or 2026-11-24T17:00:00+01:00.");
    return utcText(*time);
}

psa::TicketTexts textsOf(const Psa &psa, const Object &ticket, std::size_t titleLimit, std::size_t textLimit,
                         std::vector<psa::Warning> &warnings)
{
    const std::string title = textOf(ticket, "title");
    if (trim(title).empty())
        throw invalidField("title", "The ticket has no title.", "Set a title of one line.");
    return psa::fitTexts(psa.name, title, titleLimit, textOf(ticket, "description"), textLimit, warnings);
}

std::vector<psa::Ticket> ticketsWith(const Psa &psa, const ReferenceSearch &search, const Array &rows,
                                     const std::function<std::optional<psa::Ticket>(const Object &)> &ticketOf)
{
    const std::string request = search.request;
    std::vector<psa::Ticket> tickets;
    for (unsigned i = 0; i < rows.size(); ++i)
    {
        const Object::Ptr row = rows.getObject(i);
        const auto ticket = row ? ticketOf(*row) : std::nullopt;
        if (!ticket || !has(*row, search.field))
            throw unclearSearch(psa, request + ": a row without id or " + search.field);
        if (textOf(*row, search.field) == search.reference)
            tickets.push_back(*ticket);
    }
    if (rows.size() >= search.asked && tickets.empty())
        throw unclearSearch(psa, request + ": a full page, and none with the reference " + search.reference);
    return tickets;
}

psa::Error unclearSearch(const Psa &psa, const std::string &detail)
{
    return psa::Error(PSA_UNAVAILABLE, std::string(psa.name) + "'s response does not say whether the ticket exists.")
        .hint("Nothing was changed. It is looked up again later.")
        .detail(detail);
}

psa::Error missingTicket(const Psa &psa, std::string_view ticketId, const char *what)
{
    return psa::Error(PSA_NOT_FOUND, std::string(psa.name) + " has no ticket with the " + what + " " +
                                         oneLine(ticketId) + ", or the " + psa.user + " may not see it.")
        .hint(std::string("Open it in ") + psa.name + " to see whether it was deleted or moved.");
}

} // namespace psa::plugins
