#include "metadata.h"
#include "query.h"
#include "verbs.h"

#include "common/ticket_document.h"

namespace plugins::autotask {
namespace {

constexpr unsigned mostFound = 10;

} // namespace

std::string findTickets(Client &client, std::string_view reference)
{
    const std::string wanted(reference);
    const Query query = Query(mostFound, {"id", "ticketNumber", "externalID", "status"}).equals("externalID", wanted);
    const Array::Ptr rows = client.query("Tickets", query.body());
    const auto metadata = Metadata::keptTicketFields(client);
    std::vector<psa::Ticket> tickets;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const auto ticket = row ? ticketOf(*row, client.zone(), metadata ? &*metadata : nullptr) : std::nullopt;
        if (!ticket || !has(*row, "externalID"))
            throw unclearSearch(thePsa, "POST Tickets/query: a row without id or externalID");
        // Whether Autotask compares case is not known, and it may drop a condition.
        if (textOf(*row, "externalID") == wanted)
            tickets.push_back(*ticket);
    }
    if (rows->size() >= mostFound && tickets.empty())
        throw unclearSearch(thePsa, "POST Tickets/query: a full page, and none with the reference " + wanted);
    return psa::foundTickets(tickets);
}

} // namespace plugins::autotask
