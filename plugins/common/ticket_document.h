#pragma once

#include "common/json.h"
#include "common/ticket_name.h"

#include <psa/results.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

struct Psa;

/// Parses the ticket for create_ticket. Throws psa::Error(PSA_INVALID_TICKET).
Object::Ptr parseTicket(std::string_view json);

/// Parses the change for change of psa.update-ticket/1. Throws like parseTicket().
Object::Ptr parseChange(std::string_view json);

/// The trimmed text of a field, from "fields" if only this PSA has it, or if the host is older than the member, such as
/// "assignee"; empty if it is not given. Throws psa::Error(PSA_INVALID_TICKET) for a list or an object.
std::string givenText(const Object &ticket, const TicketName &name);

/// The names and values in a field of "fields"; null if it is not given. Throws psa::Error(PSA_INVALID_TICKET) if it
/// contains anything else.
Object::Ptr givenValues(const Object &ticket, const TicketName &name);

/// The time of "dueAt" in the format of PSAs; empty if the ticket has none. Throws psa::Error(PSA_INVALID_TICKET).
std::string dueTime(const Object &ticket);

/// Title and description, truncated to the PSA's limits with warnings. Throws psa::Error(PSA_INVALID_TICKET) for a
/// ticket without a title.
psa::TicketTexts textsOf(const Psa &psa, const Object &ticket, std::size_t titleLimit, std::size_t textLimit,
                         std::vector<psa::Warning> &warnings);

/// A search for tickets with a reference.
struct ReferenceSearch
{
    std::string reference;
    const char *field = "";   ///< The PSA's field that contains the reference: "externalID".
    const char *request = ""; ///< For the log: "POST Tickets/query".
    unsigned asked = 0;       ///< Maximum number of rows on the page.
};

/// The tickets among `rows` that have exactly the reference: a PSA may compare case-insensitively or ignore a
/// condition. Throws unclearSearch() for a row without it or without an id, and for a full page of others.
std::vector<psa::Ticket> ticketsWith(const Psa &psa, const ReferenceSearch &search, const Array &rows,
                                     const std::function<std::optional<psa::Ticket>(const Object &)> &ticketOf);

/// A search by reference whose result must not be treated as "none": the host would create the ticket a second time.
psa::Error unclearSearch(const Psa &psa, const std::string &detail);

/// The ticket to be read does not exist.
psa::Error missingTicket(const Psa &psa, std::string_view ticketId, const char *what = "id");

} // namespace psa::plugins
