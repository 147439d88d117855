#pragma once

#include "host/store/sql/sql_database.h"
#include "host/ticket/ticket.h"

#include <string>

namespace psa::store {

// The columns of a ticket, and the queries that read them.

constexpr int ticketColumns = 25;

/// With documents. `from`: FROM ticket r, with an index if it has to be a certain one. `where`: the rest, from WHERE on.
std::string selectTickets(const std::string &from, const std::string &where);
/// Without documents. `more`: further columns, with a comma before each.
std::string selectTicketRows(const std::string &from, const std::string &where, const std::string &more = "");
/// Reads ticketColumns columns.
ticket::StoredTicket ticketFrom(const SqlStatement &row);

} // namespace psa::store
