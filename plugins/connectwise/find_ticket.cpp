#include "search.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace plugins::connectwise {
namespace {

constexpr unsigned mostFound = 10;
constexpr const char *ticketsPath = "service/tickets";

} // namespace

std::string findTickets(Client &client, std::string_view reference)
{
    const std::string wanted(reference);
    const auto inQuotes = quoted(wanted);
    if (!inQuotes || wanted.empty())
        throw psa::Error(PSA_INTERNAL,
                         "The reference \"" + oneLine(wanted) + "\" cannot be searched for in ConnectWise.")
            .hint("No ticket of this host has it, because the plugin never creates one with such a reference.");
    Search search;
    search.where("externalXRef=" + *inQuotes).fields("id,externalXRef,status").pageSize(mostFound);
    const Array::Ptr rows = client.rows(ticketsPath, search);
    std::vector<psa::Ticket> tickets;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const auto ticket = row ? ticketOf(*row, client) : std::nullopt;
        if (!ticket || !has(*row, "externalXRef"))
            throw unclearSearch(thePsa, "GET service/tickets: a row without id or externalXRef");
        // Whether ConnectWise compares case is not known.
        if (textOf(*row, "externalXRef") == wanted)
            tickets.push_back(*ticket);
    }
    if (rows->size() >= mostFound && tickets.empty())
        throw unclearSearch(thePsa, "GET service/tickets: a full page, and none with the reference " + wanted);
    return psa::foundTickets(tickets);
}

} // namespace plugins::connectwise
