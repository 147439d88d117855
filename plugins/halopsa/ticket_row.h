#pragma once

#include "client.h"
#include "pick_lists.h"

#include "common/ticket_document.h"

#include <psa/results.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::halopsa {

/// The number in `ticketId`. Throws psa::Error(PSA_NOT_FOUND) for a text that is not the id of a ticket.
std::int64_t ticketNumber(std::string_view ticketId);

/// Runs `send`, which sends a request about the ticket. Throws psa::Error(PSA_NOT_FOUND) that names the ticket if HaloPSA
/// has no such one, or does not show it to the agent: it does not say which.
template <class Send>
auto aboutTicket(std::string_view ticketId, Send &&send)
{
    try
    {
        return send();
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
        throw missingTicket(thePsa, ticketId).httpStatus(error.toC().http_status);
    }
}

/// How HaloPSA has a ticket.
enum class Presence
{
    there,
    deleted, ///< It is marked as deleted, or HaloPSA has nothing under its id.
    hidden   ///< "Not found, or you do not have access": it may exist.
};

struct TicketRow
{
    Presence presence = Presence::there;
    Object::Ptr row; ///< Null unless HaloPSA shows it.
};

/// The ticket as HaloPSA has it. `more`: further parameters of the query, such as "&include_auditing=true". If HaloPSA
/// answers with nothing, something that always exists is requested: only HaloPSA itself can say that a ticket is gone.
TicketRow readTicketRow(Client &client, std::int64_t ticket, const std::string &more = {});

/// The ticket, which must exist. Throws psa::Error(PSA_NOT_FOUND) if it was deleted or merged into another one.
Object::Ptr livingTicket(Client &client, std::string_view ticketId);

/// The ticket that this one was merged into; 0 if it was not.
std::int64_t mergedInto(const Object &row);

psa::TicketStatus statusOf(PickLists &lists, const Object &row);

/// Whether the ticket is closed now. Costs up to two requests for a ticket that has been closed.
bool isClosed(PickLists &lists, const Object &row);

/// Converts a row to the host's document; nullopt if it has no id.
std::optional<psa::Ticket> ticketOf(Client &client, const Object &row);

/// The same for a row with an id, with its status: the statuses of its type are read if they are not cached.
psa::Ticket labelledTicket(Client &client, const Object &row);

/// HaloPSA's times are UTC, with and without a zone. 0 for none, which HaloPSA writes as a year before 1901.
std::int64_t haloTime(const std::string &text);

} // namespace psa::plugins::halopsa
