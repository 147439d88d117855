#include "host/store/sql/progress_columns.h"
#include "host/store/sql/sql_session.h"
#include "host/store/sql/ticket_columns.h"
#include "host/store/store_error.h"

namespace psa::store {
namespace {

std::vector<ticket::StoredTicket> ticketsFrom(SqlStatement rows)
{
    std::vector<ticket::StoredTicket> tickets;
    while (rows.next())
        tickets.push_back(ticketFrom(rows));
    return tickets;
}

} // namespace

std::optional<ticket::StoredTicket> SqlSession::ticketRow(std::int64_t id) const
{
    static const std::string sql = selectTicketRows("FROM ticket r", "WHERE r.id = ?1");
    SqlStatement row = database_.statement(sql.c_str(), id);
    return row.next() ? std::optional(ticketFrom(row)) : std::nullopt;
}

std::vector<ticket::StoredTicket> SqlSession::dueTickets(const std::string &connection, ticket::ClaimFor purpose,
                                                         std::size_t max) const
{
    static const std::string toSend =
        selectTickets("FROM ticket r INDEXED BY ticket_to_send",
                      "WHERE r.connection_id = ?1 AND r.state IN (" + statesThatAllow(ticket::TicketAction::send) +
                          ") AND r.due <= ?2 AND r.open_since IS NULL ORDER BY r.due, r.id LIMIT ?3");
    static const std::string toReconcile = selectTickets(
        "FROM ticket r INDEXED BY ticket_to_look_for",
        "WHERE r.connection_id = ?1 AND r.open_since IS NOT NULL AND r.due <= ?2 ORDER BY r.due, r.id LIMIT ?3");
    const auto of = connectionId(connection);
    const std::string &sql = purpose == ticket::ClaimFor::sending ? toSend : toReconcile;
    return of ? ticketsFrom(database_.statement(sql.c_str(), *of, now(), static_cast<std::int64_t>(max)))
              : std::vector<ticket::StoredTicket>();
}

std::vector<ticket::StoredTicket> SqlSession::heldTickets(const std::string &connection, std::size_t max) const
{
    static const std::string sql =
        selectTicketRows("FROM ticket r INDEXED BY ticket_list", "WHERE r.connection_id = ?1 AND r.state IN (" +
                                                                     statesThatAllow(ticket::TicketAction::release) +
                                                                     ") AND r.due IS NULL ORDER BY r.created LIMIT ?2");
    const auto of = connectionId(connection);
    return of ? ticketsFrom(database_.statement(sql.c_str(), *of, static_cast<std::int64_t>(max)))
              : std::vector<ticket::StoredTicket>();
}

std::vector<ticket::StoredTicket> SqlSession::ticketsToReconcile(const std::string &connection, std::size_t max) const
{
    static const std::string sql = selectTicketRows(
        "FROM ticket r INDEXED BY ticket_to_look_for",
        "WHERE r.connection_id = ?1 AND r.open_since IS NOT NULL AND r.ended IS NULL AND r.state IN (" +
            statesThatAllow(ticket::TicketAction::reconcile) + ") LIMIT ?2");
    const auto of = connectionId(connection);
    return of ? ticketsFrom(database_.statement(sql.c_str(), *of, static_cast<std::int64_t>(max)))
              : std::vector<ticket::StoredTicket>();
}

std::optional<ticket::StoredTicket> SqlSession::ticket(std::int64_t id) const
{
    auto found = ticketRow(id);
    if (found)
    {
        loadDocuments(*found);
        describeCompany(*found);
        found->operationStates = operationStatesOf(id);
    }
    return found;
}

std::optional<ticket::StoredTicket> SqlSession::ticketByReference(const std::string &reference) const
{
    SqlStatement row = database_.statement("SELECT id FROM ticket WHERE reference = ?1", reference);
    return row.next() ? ticket(row.integer(0)) : std::nullopt;
}

std::optional<ticket::StoredTicket> SqlSession::ticketByKey(const std::string &connection, const std::string &key) const
{
    const auto of = connectionId(connection);
    const auto id = of ? idByKey(*of, key) : std::nullopt;
    return id ? ticket(*id) : std::nullopt;
}

void SqlSession::loadDocuments(ticket::StoredTicket &ticket) const
{
    SqlStatement row = database_.statement("SELECT request, ticket FROM ticket_document WHERE id = ?1", ticket.id);
    if (!row.next())
        return;
    ticket.requestJson = row.text(0);
    ticket.ticketJson = row.text(1);
}

ticket::StoredTicket SqlSession::addTicket(const ticket::StoredTicket &ticket)
{
    checkNames(ticket.reference, ticket.key);
    const std::int64_t of = knownConnectionId(ticket.connection);
    if (!ticket.key.empty() && idByKey(of, ticket.key))
        throw StoreError(StoreError::Kind::conflict, "another ticket has the key \"" + ticket.key + "\" already");
    const std::int64_t keyHash = ticket.key.empty() ? 0 : hashOfKey(of, ticket.key);
    const std::string conflict = "another ticket has the reference " + ticket.reference + " already";
    ticket::StoredTicket added = ticket;
    added.id = database_.insertUnique(
        conflict,
        "INSERT INTO ticket (connection_id, key, key_hash, fingerprint, reference, state, reason_code, reason_text,"
        " attempts, fence, created, run_began, changed, due, open_since, ended, psa_id, psa_number, psa_url, warnings,"
        " recovered, plugin_build)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?9, ?9, ?10, ?11, ?12, '', '', '', ?13, 0, '')",
        of, optionalText(ticket.key), ticket.key.empty() ? std::nullopt : std::optional(keyHash), ticket.fingerprint,
        ticket.reference, static_cast<int>(ticket.state), ticket.reason.code, ticket.reason.text, ticket.created,
        ticket.due, ticket.openSince, ticket.ended, toStored(ticket.outcome.warnings));
    ++unindexedChanges_;
    database_.noteTicket(added.id);
    database_.run("INSERT INTO ticket_document VALUES (?1, ?2, ?3)", added.id, ticket.requestJson, ticket.ticketJson);
    if (!ticket.key.empty())
        noteKey(keyHash, added.id);
    added.companyLabel = noteCompany(of, ticket.company);
    database_.noteConnection(ticket.connection);
    return added;
}

void SqlSession::saveTicket(const ticket::StoredTicket &ticket)
{
    static const std::string sql = "UPDATE ticket SET " + std::string(progressAssignments) +
                                   ", psa_id = ?14, psa_number = ?15, psa_url = ?16, warnings = ?17, recovered = ?18"
                                   " WHERE id = ?1";
    saveProgress(database_, sql.c_str(), ticket, ticket.outcome.psaId, ticket.outcome.number, ticket.outcome.url,
                 toStored(ticket.outcome.warnings), ticket.outcome.recovered);
    database_.noteTicket(ticket.id);
    database_.noteConnection(ticket.connection);
    ++unindexedChanges_;
}

void SqlSession::saveDocuments(std::int64_t id, const ticket::TicketDocuments &documents)
{
    ++unindexedChanges_;
    if (documents.requestJson)
        database_.run("UPDATE ticket_document SET request = ?2 WHERE id = ?1", id, *documents.requestJson);
    if (documents.ticketJson)
        database_.run("UPDATE ticket_document SET ticket = ?2 WHERE id = ?1", id, *documents.ticketJson);
}

void SqlSession::recordNumberFailure(std::int64_t id, bool permanent)
{
    database_.run("UPDATE ticket SET number_tries = number_tries + ?2 WHERE id = ?1", id,
                  permanent ? nameTries : std::int64_t{1});
    database_.noteTicket(id);
}

} // namespace psa::store
