#include "host/store/sql/progress_columns.h"
#include "host/store/sql/sql_session.h"
#include "host/store/store_error.h"
#include "host/ticket/transitions.h"

#include <set>

namespace psa::store {
namespace {

/// `from`: FROM operation r, with an index if it has to be a certain one. `where`: the rest, from WHERE on.
std::string select(const std::string &from, const std::string &where)
{
    return "SELECT r.id, r.ticket_id, c.name, r.kind, r.key, r.fingerprint, r.reference, r.who, r.intent,"
           " r.if_untouched, r.merged_into, r.note_id, r.changed_members, r.warnings, r.recovered, d.document,"
           " json_valid(d.document), " +
           std::string(progressColumns) + " " + from +
           " JOIN connection c ON c.id = r.connection_id LEFT JOIN operation_document d ON d.id = r.id " + where;
}

/// The kinds that can be carried out, for an SQL list.
const std::string &kinds()
{
    static const std::string numbers = [] {
        std::string list;
        for (const ticket::OperationKind kind : ticket::allOperationKinds)
            if (kind != ticket::OperationKind::create)
                list += (list.empty() ? "" : ", ") + std::to_string(static_cast<int>(kind));
        return list;
    }();
    return numbers;
}

/// One with an invalid kind waits for a human.
void readKind(ticket::StoredOperation &operation, std::int64_t stored)
{
    const auto known = ticket::operationKindFrom(stored);
    if (known && *known != ticket::OperationKind::create)
    {
        operation.kind = *known;
        return;
    }
    operation.kind = ticket::OperationKind::note;
    addDamage(operation, "its kind is " + std::to_string(stored) + ", which does not exist");
    if (!ticket::isEnded(operation.state))
        operation.state = ticket::TicketState::needsReview;
}

ticket::StoredOperation read(const SqlStatement &row)
{
    ticket::StoredOperation operation;
    int column = 0;
    operation.id = row.integer(column++);
    operation.ticketId = row.integer(column++);
    operation.connection = row.text(column++);
    const std::int64_t kind = row.integer(column++);
    operation.key = row.text(column++);
    operation.fingerprint = row.text(column++);
    operation.reference = row.text(column++);
    operation.who = row.text(column++);
    operation.intent = row.text(column++);
    operation.ifUntouched = row.integer(column++) != 0;
    operation.mergedInto = row.integer(column++);
    operation.result.noteId = row.text(column++);
    operation.result.changed = readTexts(row.text(column++), "what it changed", operation);
    operation.result.warnings = readTexts(row.text(column++), "its warnings", operation);
    operation.result.recovered = row.integer(column++) != 0;
    const bool hasDocument = !row.isNull(column);
    operation.documentJson = row.text(column++);
    const bool isReadable = row.integer(column++) != 0;
    readProgress(row, column, operation);
    readKind(operation, kind);
    if (!isReadable)
        addDamage(operation, hasDocument ? "its document cannot be read" : "its document is missing");
    return operation;
}

std::optional<ticket::StoredOperation> first(SqlStatement rows)
{
    return rows.next() ? std::optional(read(rows)) : std::nullopt;
}

std::vector<ticket::StoredOperation> all(SqlStatement rows)
{
    std::vector<ticket::StoredOperation> operations;
    while (rows.next())
        operations.push_back(read(rows));
    return operations;
}

struct TicketPlace
{
    std::int64_t connectionId;
    std::int64_t created;
};

/// Of a ticket that can be updated.
TicketPlace placeOf(SqlDatabase &database, std::int64_t ticketId)
{
    SqlStatement row =
        database.statement("SELECT t.connection_id, t.created FROM ticket t"
                           " JOIN connection c ON c.id = t.connection_id WHERE t.id = ?1 AND c.present = 1",
                           ticketId);
    if (!row.next())
        throw StoreError(StoreError::Kind::notFound,
                         "there is no ticket " + std::to_string(ticketId) + ", or its connection was removed");
    return {row.integer(0), row.integer(1)};
}

} // namespace

std::optional<ticket::StoredOperation> SqlSession::operation(std::int64_t id) const
{
    static const std::string sql = select("FROM operation r", "WHERE r.id = ?1");
    return first(database_.statement(sql.c_str(), id));
}

std::vector<ticket::StoredOperation> SqlSession::operationsOf(std::int64_t ticketId) const
{
    static const std::string sql =
        select("FROM operation r INDEXED BY operation_of_ticket", "WHERE r.ticket_id = ?1 ORDER BY r.id");
    return all(database_.statement(sql.c_str(), ticketId));
}

std::optional<ticket::StoredOperation> SqlSession::operationByKey(std::int64_t ticketId, const std::string &key) const
{
    static const std::string sql =
        select("FROM operation r INDEXED BY operation_key", "WHERE r.ticket_id = ?1 AND r.key = ?2");
    return first(database_.statement(sql.c_str(), ticketId, key));
}

std::vector<ticket::StoredOperation> SqlSession::dueOperations(const std::string &connection, ticket::ClaimFor purpose,
                                                               std::size_t max) const
{
    static const std::string rest = " AND r.kind IN (" + kinds() + ") AND r.due <= ?2 ORDER BY r.due, r.id LIMIT ?3";
    static const std::string toSend =
        select("FROM operation r INDEXED BY operation_to_send", "WHERE r.connection_id = ?1 AND r.state IN (" +
                                                                    statesThatAllow(ticket::TicketAction::send) +
                                                                    ") AND r.open_since IS NULL" + rest);
    static const std::string toReconcile = select("FROM operation r INDEXED BY operation_to_look_for",
                                                  "WHERE r.connection_id = ?1 AND r.open_since IS NOT NULL" + rest);
    const std::string &sql = purpose == ticket::ClaimFor::sending ? toSend : toReconcile;
    const auto of = connectionId(connection);
    return of ? all(database_.statement(sql.c_str(), *of, now(), static_cast<std::int64_t>(max)))
              : std::vector<ticket::StoredOperation>();
}

std::vector<ticket::StoredOperation> SqlSession::heldOperations(const std::string &connection, std::size_t max) const
{
    static const std::string sql =
        select("FROM operation r INDEXED BY operation_list",
               "WHERE r.connection_id = ?1 AND r.state IN (" + statesThatAllow(ticket::TicketAction::release) +
                   ") AND r.kind IN (" + kinds() +
                   ") AND r.due IS NULL ORDER BY r.ticket_created, r.ticket_id, r.id LIMIT ?2");
    const auto of = connectionId(connection);
    return of ? all(database_.statement(sql.c_str(), *of, static_cast<std::int64_t>(max)))
              : std::vector<ticket::StoredOperation>();
}

std::vector<ticket::StoredOperation> SqlSession::operationsToReconcile(const std::string &connection,
                                                                       std::size_t max) const
{
    static const std::string sql =
        select("FROM operation r INDEXED BY operation_to_look_for",
               "WHERE r.connection_id = ?1 AND r.open_since IS NOT NULL AND r.ended IS NULL AND r.state IN (" +
                   statesThatAllow(ticket::TicketAction::reconcile) + ") AND r.kind IN (" + kinds() + ") LIMIT ?2");
    const auto of = connectionId(connection);
    return of ? all(database_.statement(sql.c_str(), *of, static_cast<std::int64_t>(max)))
              : std::vector<ticket::StoredOperation>();
}

std::vector<ticket::TicketState> SqlSession::operationStatesOf(std::int64_t ticketId) const
{
    static const std::string sql = "SELECT DISTINCT CASE WHEN kind IN (" + kinds() +
                                   ") THEN state ELSE ?2 END FROM operation INDEXED BY operation_notable"
                                   " WHERE ticket_id = ?1 AND (ended IS NULL OR state NOT IN (6, 8))"
                                   " AND state NOT IN (6, 8)";
    std::set<ticket::TicketState> states;
    const int review = static_cast<int>(ticket::TicketState::needsReview);
    for (const std::int64_t state : database_.statement(sql.c_str(), ticketId, review).integers())
        states.insert(ticket::ticketStateFrom(state).value_or(ticket::TicketState::needsReview));
    return {states.begin(), states.end()};
}

ConnectionDue SqlSession::dueOfOperations(std::int64_t connectionId) const
{
    static const std::string toSend = "SELECT min(due) FROM operation INDEXED BY operation_to_send"
                                      " WHERE connection_id = ?1 AND state IN (" +
                                      statesThatAllow(ticket::TicketAction::send) +
                                      ") AND open_since IS NULL AND due IS NOT NULL AND kind IN (" + kinds() + ")";
    static const std::string toReconcile = "SELECT min(due) FROM operation INDEXED BY operation_to_look_for"
                                           " WHERE connection_id = ?1 AND open_since IS NOT NULL AND due IS NOT NULL"
                                           " AND kind IN (" +
                                           kinds() + ")";
    const auto earliest = [&](const char *sql) {
        SqlStatement row = database_.statement(sql, connectionId);
        row.next();
        return row.optionalTime(0);
    };
    return {earliest(toSend.c_str()), earliest(toReconcile.c_str()),
            earliest("SELECT min(due) FROM ticket_watch INDEXED BY ticket_watch_due"
                     " WHERE connection_id = ?1 AND due IS NOT NULL")};
}

ticket::StoredOperation SqlSession::addOperation(const ticket::StoredOperation &operation)
{
    checkNames(operation.reference, operation.key);
    const TicketPlace place = placeOf(database_, operation.ticketId);
    collideOver(operation.ticketId); // before the key could
    if (!operation.key.empty() && operationByKey(operation.ticketId, operation.key))
        throw StoreError(StoreError::Kind::conflict, "another note or change of ticket " +
                                                         std::to_string(operation.ticketId) + " has the key \"" +
                                                         operation.key + "\" already");
    const std::string conflict = "another note or change has the reference " + operation.reference + " already";
    const std::int64_t id = database_.insertUnique(
        conflict,
        "INSERT INTO operation (ticket_id, ticket_created, connection_id, kind, key, fingerprint, reference,"
        " who, intent, if_untouched, created, state, due, attempts, fence, crashes, run_began, changed,"
        " merged_into, reason_code, reason_text, plugin_build, note_id, changed_members, warnings, recovered)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL, 0, 0, 0, ?11, ?11, 0, '', '', '',"
        " '', '', '', 0)",
        operation.ticketId, place.created, place.connectionId, static_cast<int>(operation.kind),
        optionalText(operation.key), operation.fingerprint, operation.reference, operation.who, operation.intent,
        operation.ifUntouched, operation.created, static_cast<int>(operation.state));
    database_.run("INSERT INTO operation_document VALUES (?1, ?2)", id, operation.documentJson);
    ticket::StoredOperation added = operation;
    added.id = id;
    saveOperation(added);
    return this->operation(id).value();
}

void SqlSession::saveOperation(const ticket::StoredOperation &operation)
{
    static const std::string sql = "UPDATE operation SET " + std::string(progressAssignments) +
                                   ", merged_into = ?14, note_id = ?15, changed_members = ?16, warnings = ?17,"
                                   " recovered = ?18 WHERE id = ?1";
    saveProgress(database_, sql.c_str(), operation, operation.mergedInto, operation.result.noteId,
                 toStored(operation.result.changed), toStored(operation.result.warnings), operation.result.recovered);
    if (operation.ended)
        database_.run("UPDATE ticket SET ended = ?2 WHERE id = ?1 AND ended < ?2", operation.ticketId, operation.ended);
    collideOver(operation.ticketId);
    database_.noteTicket(operation.ticketId);
    database_.noteConnection(operation.connection);
}

std::vector<std::int64_t> SqlSession::operationsToRecover(bool storeIsOlder) const
{
    static const std::string claimed = " UNION SELECT id FROM operation INDEXED BY operation_to_look_for"
                                       " WHERE connection_id IN (SELECT id FROM connection)"
                                       " AND open_since IS NOT NULL AND due IS NULL";
    static const std::string inStates = "SELECT id FROM operation INDEXED BY operation_list"
                                        " WHERE connection_id IN (SELECT id FROM connection) AND state IN (";
    static const std::string inHand =
        inStates + std::to_string(static_cast<int>(ticket::TicketState::sending)) + ")" + claimed;
    static const std::string notEnded = inStates + statesNotEnded() + ")" + claimed;
    return database_.statement((storeIsOlder ? notEnded : inHand).c_str()).integers();
}

std::optional<ticket::TicketWatch> SqlSession::watch(std::int64_t ticketId) const
{
    SqlStatement row = database_.statement(
        "SELECT watermark, touched, status_id, status, closed, gone, due, read FROM ticket_watch WHERE ticket_id = ?1",
        ticketId);
    if (!row.next())
        return std::nullopt;
    return ticket::TicketWatch{row.text(0),         row.text(1), row.text(2),         row.text(3),
                               row.integer(4) != 0, row.text(5), row.optionalTime(6), row.optionalTime(7)};
}

std::vector<std::int64_t> SqlSession::dueWatches(const std::string &connection, std::size_t max) const
{
    const auto of = connectionId(connection);
    if (!of)
        return {};
    return database_
        .statement("SELECT ticket_id FROM ticket_watch INDEXED BY ticket_watch_due"
                   " WHERE connection_id = ?1 AND due <= ?2 ORDER BY due, ticket_id LIMIT ?3",
                   *of, now(), static_cast<std::int64_t>(max))
        .integers();
}

void SqlSession::saveWatch(std::int64_t ticketId, const ticket::TicketWatch &watch)
{
    database_.run("INSERT INTO ticket_watch"
                  " (ticket_id, connection_id, due, read, watermark, touched, status_id, status, closed, gone)"
                  " SELECT id, connection_id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM ticket WHERE id = ?1"
                  " ON CONFLICT (ticket_id) DO UPDATE SET due = excluded.due, read = excluded.read, watermark = "
                  "excluded.watermark,"
                  " touched = excluded.touched, status_id = excluded.status_id, status = excluded.status,"
                  " closed = excluded.closed, gone = excluded.gone",
                  ticketId, watch.due, watch.read, watch.watermark, watch.touched, watch.statusId, watch.status,
                  watch.closed, watch.gone);
    collideOver(ticketId);
    database_.noteTicket(ticketId);
}

} // namespace psa::store
