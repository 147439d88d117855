#include "search.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace psa::plugins::connectwise {
namespace {

constexpr unsigned maxFound = 10;
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
    search.where("externalXRef=" + *inQuotes).fields("id,externalXRef,status").pageSize(maxFound);
    const Array::Ptr rows = client.rows(ticketsPath, search);
    return psa::foundTickets(ticketsWith(thePsa, {wanted, "externalXRef", "GET service/tickets", maxFound}, *rows,
                                         [&](const Object &row) { return ticketOf(row, client); }));
}

} // namespace psa::plugins::connectwise
