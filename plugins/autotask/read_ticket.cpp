#include "metadata.h"
#include "ticket_row.h"
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

/// A ticket number copied from Autotask, such as T20261124.0017; an id is an integer.
bool isNumber(std::string_view text)
{
    constexpr std::size_t longest = 50;
    return !text.empty() && text.size() <= longest &&
           text.find_first_not_of("0123456789.-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") ==
               std::string_view::npos &&
           text.find_first_of("0123456789") != std::string_view::npos;
}

} // namespace

std::string readTicket(Client &client, std::string_view ticketId)
{
    const bool isId = isInteger(ticketId);
    const char *what = isId ? "id" : "number";
    if (!isId && !isNumber(ticketId))
        throw missingTicket(thePsa, ticketId, what);
    const std::string wanted(ticketId);
    const Object::Ptr item = isId ? ticketRow(client, wanted) : ticketWithNumber(client, wanted);
    if (!item)
        throw missingTicket(thePsa, ticketId, what);
    const Metadata metadata = Metadata::ticketFields(client);
    return psa::ticketResult(*ticketOf(*item, client.zone(), &metadata));
}

} // namespace psa::plugins::autotask
