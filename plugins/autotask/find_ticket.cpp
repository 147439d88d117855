#include "metadata.h"
#include "query.h"
#include "verbs.h"

#include "common/ticket_document.h"

namespace psa::plugins::autotask {
namespace {

constexpr unsigned maxFound = 10;

} // namespace

std::string findTickets(Client &client, std::string_view reference)
{
    const std::string wanted(reference);
    const Query query = Query(maxFound, {"id", "ticketNumber", "externalID", "status"}).equals("externalID", wanted);
    const Array::Ptr rows = client.query("Tickets", query.body());
    const auto metadata = Metadata::keptTicketFields(client);
    return psa::foundTickets(
        ticketsWith(thePsa, {wanted, "externalID", "POST Tickets/query", maxFound}, *rows,
                    [&](const Object &row) { return ticketOf(row, client.zone(), metadata ? &*metadata : nullptr); }));
}

} // namespace psa::plugins::autotask
