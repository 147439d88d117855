#include "search.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace plugins::connectwise {
namespace {

constexpr unsigned mostFound = 10;
constexpr const char *path = "service/tickets";

} // namespace

std::string findTickets(Client &client, std::string_view reference)
{
    const std::string wanted(reference);
    const auto inQuotes = quoted(wanted);
    if (!inQuotes || wanted.empty())
        throw psa::Error(PSA_INTERNAL,
                         "The reference \"" + oneLine(wanted) + "\" cannot be searched for in ConnectWise.")
            .hint("No ticket of this host has it: the plugin creates none with such a reference.");
    Search search;
    search.where("externalXRef=" + *inQuotes).fields("id,externalXRef,status").pageSize(mostFound);
    const Array::Ptr rows = client.rows(path, search);
    Array::Ptr tickets = new Array;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const Object::Ptr ticket = row ? ticketOf(*row, client) : Object::Ptr();
        if (!ticket || !has(*row, "externalXRef"))
            throw unclearSearch(thePsa, "GET service/tickets: a row without id or externalXRef");
        // Whether ConnectWise compares case is not known.
        if (textOf(*row, "externalXRef") == wanted)
            tickets->add(ticket);
    }
    if (rows->size() >= mostFound && tickets->size() == 0)
        throw unclearSearch(thePsa, "GET service/tickets: a full page, and none with the reference " + wanted);
    return foundTickets(tickets);
}

} // namespace plugins::connectwise
