#pragma once

#include "common/json.h"
#include "common/psa.h"
#include "common/ticket_name.h"
#include "common/warnings.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace plugins {

/// The ticket that create_ticket gets. Throws psa::Error(PSA_INVALID_TICKET).
Object::Ptr parseTicket(std::string_view json);

/// The trimmed text of a field, from "fields" where only this PSA has it; empty if it is not given.
std::string givenText(const Object &ticket, const TicketName &name);

/// The time of "dueAt" as PSAs take it; empty if the ticket has none. Throws psa::Error(PSA_INVALID_TICKET).
std::string dueTime(const Object &ticket);

/// Title and description as they fit into the PSA.
struct TicketTexts
{
    std::string title;
    std::string description;
};

/// Clips the title to `titleLimit` with a warning, the description then begins with all of it; and the description to
/// `textLimit`, 0 = no limit is known. Throws psa::Error(PSA_INVALID_TICKET) for a ticket without a title.
TicketTexts fittingTexts(const Psa &psa, const Object &ticket, std::size_t titleLimit, std::size_t textLimit,
                         Warnings &warnings);

/// The document that create_ticket and psa.ticket/1 return.
std::string ticketResult(const Object::Ptr &ticket, const Warnings &warnings = {});

/// The document that psa.find-ticket/1 returns.
std::string foundTickets(const Array::Ptr &tickets);

/// A search by reference that must not be read as "none": the host would create the ticket a second time.
psa::Error unclearSearch(const Psa &psa, const std::string &detail);

/// There is no such ticket to read.
psa::Error missingTicket(const Psa &psa, std::string_view ticketId);

} // namespace plugins
