#include "ticket_row.h"

#include "query.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace psa::plugins::autotask {
namespace {

bool hasId(const Object &row)
{
    return integerOf(row, "id").value_or(0) > 0;
}

} // namespace

void requireTicketId(std::string_view ticketId)
{
    if (!isInteger(ticketId) || ticketId.front() == '-')
        throw missingTicket(thePsa, ticketId);
}

Object::Ptr ticketRow(Client &client, const std::string &ticketId)
{
    Object::Ptr answer;
    try
    {
        answer = client.get("Tickets/" + ticketId);
    }
    catch (const psa::Error &error)
    {
        if (error.toC().http_status != 404)
            throw;
        client.get("Version");
        return {};
    }
    if (answer->has("item") && answer->isNull("item"))
        return {};
    Object::Ptr item = answer->getObject("item");
    if (!item || !hasId(*item))
        throw psa::Error(PSA_UNAVAILABLE, "Autotask did not return a usable response when the ticket was read.")
            .hint("Try again in some minutes.");
    return item;
}

Object::Ptr ticketWithNumber(Client &client, const std::string &number)
{
    constexpr unsigned maxWithNumber = 2;
    const Query query = Query(maxWithNumber, {"id", "ticketNumber", "status"}).equals("ticketNumber", number);
    const Array::Ptr rows = client.query("Tickets", query.body());
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        Object::Ptr row = rows->getObject(i);
        if (!row || !hasId(*row) || !has(*row, "ticketNumber"))
            throw unclearSearch(thePsa, "POST Tickets/query: a row without id or ticketNumber");
        if (lower(textOf(*row, "ticketNumber")) == lower(number))
            return row; // also compared here, because Autotask may ignore a condition
    }
    if (rows->size() >= maxWithNumber)
        throw unclearSearch(thePsa, "POST Tickets/query: a full page, and none with the number " + number);
    return {};
}

MissingTicket whyMissing(Client &client, const std::string &ticketId)
{
    constexpr unsigned most = 2;
    const std::int64_t id = std::stoll(ticketId);
    MissingTicket missing;
    try
    {
        const Query query = Query(most, {"id", "ticketID", "deletedByResourceID", "deletedDateTime"})
                                .equals("ticketID", static_cast<Poco::Int64>(id));
        const Array::Ptr rows = client.query("DeletedTicketLogs", query.body());
        for (unsigned i = 0; i < rows->size(); ++i)
            if (const Object::Ptr row = rows->getObject(i); row && integerOf(*row, "ticketID") == id)
            {
                missing.logged = true;
                missing.by = integerOf(*row, "deletedByResourceID");
                missing.at = textOf(*row, "deletedDateTime");
            }
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION)
            throw;
        missing.refused = true;
    }
    return missing;
}

psa::Error notShown(const std::string &ticketId)
{
    constexpr std::uint32_t soonMs = 30000;
    return psa::Error(PSA_UNAVAILABLE, "Autotask does not show ticket " + ticketId +
                                           " at the moment, and has no record "
                                           "that it was deleted.")
        .hint("Nothing was changed. It is tried again later: Autotask may show a ticket late. If it persists, check "
              "whether the API user may see the ticket.")
        .retryAfterMs(soonMs);
}

bool isComplete(const Object &row)
{
    return has(row, "completedDate") || integerOf(row, "status") == completeStatus;
}

} // namespace psa::plugins::autotask
