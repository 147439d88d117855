#include "ticket_row.h"

#include "ticket_names.h"

#include "common/findings.h"
#include "common/text.h"
#include "common/typed_values.h"

namespace psa::plugins::halopsa {
namespace {

/// Halo's own words stand for a deleted ticket and for one that the agent may not see.
bool isHidden(const psa::Error &error)
{
    return lower(error.what()).find("do not have access") != std::string::npos;
}

/// What an answer with nothing means: only HaloPSA itself can say that a ticket is gone, and not a server in front of it.
Presence presenceOfNothing(Client &client)
{
    try
    {
        return mayRead([&] { client.get("Agent/me"); }) ? Presence::deleted : Presence::hidden;
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
        throw unclearSearch(thePsa, "GET /api/Agent/me: 404, as for the ticket");
    }
}

/// Empty if the list of statuses cannot be read: the ticket itself is known all the same.
std::string readStatusLabel(Client &client, const Object &row)
{
    const std::string status = textOf(row, "status_id");
    if (status.empty())
        return {};
    try
    {
        for (const PickValue &value : PickLists(client).values(ticketName("status"), textOf(row, "tickettype_id")))
            if (value.id == status)
                return value.label;
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION && error.status() != PSA_NOT_FOUND && error.status() != PSA_UNAVAILABLE)
            throw;
        client.call().info(std::string("The statuses could not be read: ") + error.what());
    }
    return {};
}

} // namespace

std::int64_t ticketNumber(std::string_view ticketId)
{
    if (!isInteger(ticketId) || ticketId.front() == '-')
        throw missingTicket(thePsa, ticketId);
    return std::stoll(std::string(ticketId));
}

TicketRow readTicketRow(Client &client, std::int64_t ticket, const std::string &more)
{
    TicketRow result;
    const std::string id = std::to_string(ticket);
    try
    {
        result.row = client.get("Tickets/" + id + "?includedetails=true" + more);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
        if (isHidden(error))
            return {Presence::hidden, {}};
        return {presenceOfNothing(client), {}};
    }
    const std::int64_t read = integerOf(*result.row, "id").value_or(0);
    if (read != ticket)
        throw psa::Error(PSA_UNAVAILABLE, "HaloPSA did not return a usable response when the ticket was read.")
            .hint("Try again in some minutes.")
            .detail("GET /api/Tickets/" + id + ": " + (read > 0 ? "the ticket " + std::to_string(read) : "no id"));
    result.presence = flagOf(*result.row, "deleted") ? Presence::deleted : Presence::there;
    return result;
}

Object::Ptr livingTicket(Client &client, std::string_view ticketId)
{
    const TicketRow ticket = readTicketRow(client, ticketNumber(ticketId));
    if (ticket.presence == Presence::deleted)
        throw psa::Error(PSA_NOT_FOUND, "Ticket " + oneLine(ticketId) + " was deleted in HaloPSA.")
            .hint("Nothing to do: a deleted ticket cannot be changed.");
    if (ticket.presence == Presence::hidden)
        throw missingTicket(thePsa, ticketId);
    if (const std::int64_t other = mergedInto(*ticket.row); other > 0)
        throw psa::Error(PSA_NOT_FOUND, "Ticket " + oneLine(ticketId) + " was merged into ticket " +
                                            std::to_string(other) + " in HaloPSA.")
            .hint("Continue there: updates of a merged ticket reach nobody.");
    return ticket.row;
}

std::int64_t mergedInto(const Object &row)
{
    return integerOf(row, "merged_into_id").value_or(0);
}

psa::TicketStatus statusOf(PickLists &lists, const Object &row)
{
    const std::string id = textOf(row, "status_id");
    return {id, lists.knownStatusLabel(textOf(row, "tickettype_id"), id)};
}

bool isClosed(PickLists &lists, const Object &row)
{
    const bool hasBeen = flagOf(row, "hasbeenclosed");
    const bool hasTime = haloTime(textOf(row, "dateclosed")) > 0;
    if (!hasBeen && !hasTime)
        return false;
    // Whether the mark stays after the ticket was reopened differs, so that the status decides.
    return lists.isClosed(textOf(row, "tickettype_id"), textOf(row, "status_id")).value_or(hasBeen && hasTime);
}

std::optional<psa::Ticket> ticketOf(Client &client, const Object &row)
{
    const auto id = integerOf(row, "id");
    if (!id || *id <= 0)
        return std::nullopt;
    const std::string number = std::to_string(*id); // In HaloPSA the number of a ticket is its id.
    PickLists lists(client);
    return psa::Ticket{number, number, client.ticketUrl(number), statusOf(lists, row).label};
}

psa::Ticket labelledTicket(Client &client, const Object &row)
{
    psa::Ticket ticket = ticketOf(client, row).value();
    if (flagOf(row, "deleted"))
        ticket.status = "Deleted";
    else if (ticket.status.empty())
        ticket.status = readStatusLabel(client, row);
    return ticket;
}

std::int64_t haloTime(const std::string &text)
{
    constexpr std::int64_t year1901 = -2177452800000;
    const bool hasZone = text.find_first_of("Zz+", 10) != std::string::npos || text.rfind('-') > 10;
    const auto time = parseTime(hasZone ? text : text + "Z");
    return time && *time > year1901 ? *time : 0;
}

} // namespace psa::plugins::halopsa
