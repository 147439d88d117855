#include "common/ticket_document.h"

#include "common/text.h"
#include "common/timestamp.h"

namespace plugins {
namespace {

std::string tooLong(const Psa &psa, const std::string &what, std::size_t limit)
{
    return "The " + what + " is longer than the " + std::to_string(limit) + " characters that " + psa.name +
           " holds and was clipped; ";
}

} // namespace

Object::Ptr parseTicket(std::string_view json)
{
    Object::Ptr ticket = parseObject(json);
    if (!ticket)
        throw psa::Error(PSA_INVALID_TICKET, "The ticket is no JSON document.").hint("Report it with the log.");
    return ticket;
}

std::string givenText(const Object &ticket, const TicketName &name)
{
    const Object::Ptr own = ticket.getObject("fields");
    if (name.own && !own)
        return {};
    return std::string(trim(textOf(name.own ? *own : ticket, name.ours)));
}

std::string dueTime(const Object &ticket)
{
    const std::string dueAt = textOf(ticket, "dueAt");
    if (dueAt.empty())
        return {};
    const auto time = parseTime(dueAt);
    if (!time)
        throw invalidField("dueAt", "\"" + oneLine(dueAt) + "\" is no date and time with an offset.",
                           "Write it like 2026-11-24T17:00:00Z or 2026-11-24T17:00:00+01:00.");
    return utcText(*time);
}

TicketTexts fittingTexts(const Psa &psa, const Object &ticket, std::size_t titleLimit, std::size_t textLimit,
                         Warnings &warnings)
{
    const std::string title = oneLine(textOf(ticket, "title"));
    if (title.empty())
        throw invalidField("title", "The ticket has no title.", "Give it a title of one line.");
    std::string text = textOf(ticket, "description");
    const Clipped shortTitle = clip(title, titleLimit);
    if (shortTitle.clipped)
    {
        warnings.add(tooLong(psa, "title", titleLimit) + "the description begins with all of it.", "title");
        text = title + (text.empty() ? "" : "\n\n" + text);
    }
    const Clipped description = clip(text, textLimit == 0 ? text.size() : textLimit);
    if (description.clipped)
        warnings.add(tooLong(psa, "description", textLimit) + "this host keeps all of it.", "description");
    return {shortTitle.text, description.text};
}

std::string ticketResult(const Object::Ptr &ticket, const Warnings &warnings)
{
    Object result;
    result.set("version", 1);
    result.set("ticket", ticket);
    warnings.into(result);
    return toJson(result);
}

std::string foundTickets(const Array::Ptr &tickets)
{
    Object result;
    result.set("version", 1);
    result.set("tickets", tickets);
    return toJson(result);
}

psa::Error unclearSearch(const Psa &psa, const std::string &detail)
{
    return psa::Error(PSA_UNAVAILABLE, std::string(psa.name) + "'s answer does not tell whether the ticket exists.")
        .hint("Nothing was changed. It is looked up again later.")
        .detail(detail);
}

psa::Error missingTicket(const Psa &psa, std::string_view ticketId)
{
    return psa::Error(PSA_NOT_FOUND, std::string(psa.name) + " has no ticket with the id " + oneLine(ticketId) +
                                         ", or the " + psa.user + " may not see it.")
        .hint(std::string("Open it in ") + psa.name + " to see whether it was deleted or moved.");
}

} // namespace plugins
