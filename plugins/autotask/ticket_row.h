#pragma once

#include "client.h"

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::autotask {

/// Throws psa::Error(PSA_NOT_FOUND) for a text that is not the id of a ticket.
void requireTicketId(std::string_view ticketId);

/// The ticket as Autotask has it; null if Autotask shows none. If the service responds with 404, something that always
/// exists is requested: if that is missing too, the Zone URL is wrong.
Object::Ptr ticketRow(Client &client, const std::string &ticketId);

/// The id and number of the ticket with this number; null if there is none.
Object::Ptr ticketWithNumber(Client &client, const std::string &number);

/// What is known about a ticket that Autotask does not show.
struct MissingTicket
{
    bool logged = false;  ///< It is in the log of deleted tickets.
    bool refused = false; ///< The API user may not read that log.
    std::optional<std::int64_t> by;
    std::string at; ///< As Autotask has it.
};

/// Looks up why Autotask does not show the ticket: a ticket may have been deleted, or be so new that readers do not see it
/// yet. Costs one request.
MissingTicket whyMissing(Client &client, const std::string &ticketId);

/// Autotask does not show the ticket, but that does not mean that it does not exist.
psa::Error notShown(const std::string &ticketId);

/// Autotask's own status of complete tickets, in every tenant. Tenants add others, which are not known.
constexpr std::int64_t completeStatus = 5;

/// True if Autotask counts the ticket as complete.
bool isComplete(const Object &row);

/// Type of the note that a merge leaves on the ticket that it closes; the same in every tenant.
constexpr std::int64_t mergedNoteType = 93;

} // namespace psa::plugins::autotask
