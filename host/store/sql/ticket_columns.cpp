#include "host/store/sql/ticket_columns.h"

#include "host/store/sql/progress_columns.h"

namespace psa::store {

std::string selectTickets(const std::string &from, const std::string &where)
{
    return "SELECT r.id, c.name, r.key, r.fingerprint, r.reference, r.psa_id, r.psa_number, r.psa_url, r.warnings,"
           " r.recovered, d.request, d.ticket, " +
           std::string(progressColumns) + " " + from +
           " JOIN connection c ON c.id = r.connection_id LEFT JOIN ticket_document d ON d.id = r.id " + where;
}

std::string selectTicketRows(const std::string &from, const std::string &where, const std::string &more)
{
    return "SELECT r.id, c.name, r.key, r.fingerprint, r.reference, r.psa_id, r.psa_number, r.psa_url, r.warnings,"
           " r.recovered, '', '', " +
           std::string(progressColumns) + more + " " + from + " JOIN connection c ON c.id = r.connection_id " + where;
}

ticket::StoredTicket ticketFrom(const SqlStatement &row)
{
    ticket::StoredTicket ticket;
    int column = 0;
    ticket.id = row.integer(column++);
    ticket.connection = row.text(column++);
    ticket.key = row.text(column++);
    ticket.fingerprint = row.text(column++);
    ticket.reference = row.text(column++);
    ticket.outcome.psaId = row.text(column++);
    ticket.outcome.number = row.text(column++);
    ticket.outcome.url = row.text(column++);
    ticket.outcome.warnings = readTexts(row.text(column++), "its warnings", ticket);
    ticket.outcome.recovered = row.integer(column++) != 0;
    ticket.requestJson = row.text(column++);
    ticket.ticketJson = row.text(column++);
    readProgress(row, column, ticket);
    return ticket;
}

} // namespace psa::store
