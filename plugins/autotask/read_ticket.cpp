#include "metadata.h"
#include "query.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace psa::plugins::autotask {

std::optional<psa::Ticket> ticketOf(const Object &row, const Zone &zone, const Metadata *metadata)
{
    const auto id = integerOf(row, "id");
    if (!id || *id <= 0)
        return std::nullopt;
    return psa::Ticket{std::to_string(*id), oneLine(textOf(row, "ticketNumber")), ticketUrl(zone, std::to_string(*id)),
                       metadata == nullptr ? "" : metadata->label("status", textOf(row, "status"))};
}

namespace {

/// The ticket's row; null if there is none. If the service responds with 404, something that always exists is
/// requested: if that is missing too, the Zone URL is wrong.
Object::Ptr rowOf(Client &client, const std::string &ticketId)
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
    if (!item || !ticketOf(*item, client.zone(), nullptr))
        throw psa::Error(PSA_UNAVAILABLE, "Autotask did not return a usable response when the ticket was read.")
            .hint("Try again in some minutes.");
    return item;
}

/// A ticket number copied from Autotask, such as T20261124.0017; an id is an integer.
bool isNumber(std::string_view text)
{
    constexpr std::size_t longest = 50;
    return !text.empty() && text.size() <= longest &&
           text.find_first_not_of("0123456789.-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") ==
               std::string_view::npos &&
           text.find_first_of("0123456789") != std::string_view::npos;
}

/// The row of the ticket with this number; null if there is none.
Object::Ptr rowOfNumber(Client &client, const std::string &number)
{
    constexpr unsigned maxWithNumber = 2;
    const Query query = Query(maxWithNumber, {"id", "ticketNumber", "status"}).equals("ticketNumber", number);
    const Array::Ptr rows = client.query("Tickets", query.body());
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        Object::Ptr row = rows->getObject(i);
        if (!row || !ticketOf(*row, client.zone(), nullptr) || !has(*row, "ticketNumber"))
            throw unclearSearch(thePsa, "POST Tickets/query: a row without id or ticketNumber");
        if (lower(textOf(*row, "ticketNumber")) == lower(number))
            return row; // also compared here, because Autotask may ignore a condition
    }
    if (rows->size() >= maxWithNumber)
        throw unclearSearch(thePsa, "POST Tickets/query: a full page, and none with the number " + number);
    return {};
}

} // namespace

std::string readTicket(Client &client, std::string_view ticketId)
{
    const bool isId = isInteger(ticketId);
    const char *what = isId ? "id" : "number";
    if (!isId && !isNumber(ticketId))
        throw missingTicket(thePsa, ticketId, what);
    const std::string wanted(ticketId);
    const Object::Ptr item = isId ? rowOf(client, wanted) : rowOfNumber(client, wanted);
    if (!item)
        throw missingTicket(thePsa, ticketId, what);
    const Metadata metadata = Metadata::ticketFields(client);
    return psa::ticketResult(*ticketOf(*item, client.zone(), &metadata));
}

} // namespace psa::plugins::autotask
