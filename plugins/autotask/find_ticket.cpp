#include "metadata.h"
#include "query.h"
#include "verbs.h"

namespace plugins::autotask {
namespace {

constexpr unsigned maxRecords = 10;

} // namespace

std::string findTickets(Client &client, std::string_view reference)
{
    const std::string wanted(reference);
    const Query query = Query(maxRecords, {"id", "ticketNumber", "externalID", "status"}).equals("externalID", wanted);
    const Array::Ptr rows = client.query("Tickets", query.body());
    const auto metadata = Metadata::keptTicketFields(client);
    Array::Ptr tickets = new Array;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const Object::Ptr ticket = row ? ticketOf(*row, client.zone(), metadata ? &*metadata : nullptr) : Object::Ptr();
        // Read as "none", such a row would let the host create the ticket a second time.
        if (!ticket || !has(*row, "externalID"))
            throw psa::Error(PSA_UNAVAILABLE, "Autotask's answer does not tell whether the ticket exists.")
                .hint("Nothing was changed. It is looked up again later.")
                .detail("POST Tickets/query: a row without id or externalID");
        // Whether Autotask compares case is not known, and it may drop a condition.
        if (textOf(*row, "externalID") == wanted)
            tickets->add(ticket);
    }
    if (rows->size() >= maxRecords && tickets->size() == 0)
        throw psa::Error(PSA_UNAVAILABLE, "Autotask's answer does not tell whether the ticket exists.")
            .hint("Nothing was changed. It is looked up again later.")
            .detail("POST Tickets/query: a full page, and none with the reference " + wanted);
    Object result;
    result.set("version", 1);
    result.set("tickets", tickets);
    return toJson(result);
}

} // namespace plugins::autotask
