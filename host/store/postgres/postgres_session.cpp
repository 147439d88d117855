#include "host/store/postgres/postgres_session.h"

#include "host/store/sql/ticket_columns.h"

#include <algorithm>
#include <limits>

namespace psa::store {
namespace {

using namespace std::chrono_literals;

/// A ticket whose id was assigned before may be committed so much later, and must not be missing from its chunk.
constexpr auto chunkSettlesFor = 60s;

/// Due tickets are read so many at once, with their documents.
constexpr std::size_t dueAtOnce = 16;

/// It may have been finished before.
bool beginsAgain(const ticket::Progress &progress)
{
    return progress.state == ticket::TicketState::ready || progress.state == ticket::TicketState::unknown;
}

const char *rowAndOperationsSql()
{
    static const std::string sql =
        selectTicketRows("FROM ticket r", "WHERE r.id = ?1",
                         ", CAST(EXISTS (SELECT 1 FROM operation o WHERE o.ticket_id = r.id) AS INTEGER)");
    return sql.c_str();
}

} // namespace

void PostgresSession::begin()
{
    connectionIds_.clear();
    labels_.clear();
    counting_ = false;
    due_.clear();
    wanted_.clear();
    rows_.clear();
    noOperationDue_.clear();
    withoutOperations_.clear();
    versions_.clear();
    leases_.clear();
    kept_.clear();
    keys_.clear();
}

void PostgresSession::ask(const std::function<void()> &questions)
{
    bool isFirst = true;
    server_.ask([&] {
        counting_ = std::exchange(isFirst, false);
        questions();
        counting_ = false;
    });
}

void PostgresSession::requireLease(const LeaseName &name, const std::string &owner, std::int64_t fence)
{
    const auto locked = leases_.find({name, owner});
    if (locked != leases_.end() && locked->second == fence)
        return;
    SqlSession::requireLease(name, owner, fence);
    leases_[{name, owner}] = fence;
}

clock::Clock::Wall PostgresSession::now() const
{
    return clock_ != nullptr ? std::chrono::floor<std::chrono::milliseconds>(clock_->wallNow()) : server_.now();
}

std::optional<ticket::StoredTicket> PostgresSession::ticketRow(std::int64_t id) const
{
    const auto known = rows_.find(id);
    if (known != rows_.end())
        return known->second;
    // Whoever changes a ticket asks for its operations next; most have none.
    SqlStatement row = database_.statement(rowAndOperationsSql(), id);
    const auto ticket = row.next() ? std::optional(ticketFrom(row)) : std::nullopt;
    if (server_.isAsking())
        return ticket;
    if (ticket && row.integer(ticketColumns) == 0)
        withoutOperations_.insert(id);
    return rows_[id] = ticket;
}

std::vector<ticket::StoredOperation> PostgresSession::operationsOf(std::int64_t ticketId) const
{
    return withoutOperations_.contains(ticketId) ? std::vector<ticket::StoredOperation>()
                                                 : SqlSession::operationsOf(ticketId);
}

/// The queue of a connection asks for one ticket after the other: as many are read as those together want that have asked.
std::vector<ticket::StoredTicket> PostgresSession::dueTickets(const std::string &connection, ticket::ClaimFor purpose,
                                                              std::size_t max) const
{
    const Work work{connection, purpose};
    if (counting_)
        wanted_[work] += max;
    const auto known = due_.find(work);
    if (known != due_.end() && (known->second.isAll || known->second.tickets.size() >= max))
    {
        const auto &tickets = known->second.tickets;
        return {tickets.begin(), tickets.begin() + static_cast<std::ptrdiff_t>(std::min(max, tickets.size()))};
    }
    const auto asked = wanted_.find(work);
    const std::size_t wanted = std::max(max, asked == wanted_.end() ? dueAtOnce : asked->second);
    if (server_.isAsking())
        return SqlSession::dueTickets(connection, purpose, wanted);
    Due due{SqlSession::dueTickets(connection, purpose, wanted)};
    due.isAll = due.tickets.size() < wanted;
    std::vector<ticket::StoredTicket> first(
        due.tickets.begin(), due.tickets.begin() + static_cast<std::ptrdiff_t>(std::min(max, due.tickets.size())));
    due_[work] = std::move(due);
    return first;
}

std::vector<ticket::StoredOperation> PostgresSession::dueOperations(const std::string &connection,
                                                                    ticket::ClaimFor purpose, std::size_t max) const
{
    if (noOperationDue_.contains({connection, purpose}))
        return {};
    auto operations = SqlSession::dueOperations(connection, purpose, max);
    if (operations.empty() && max > 0 && !server_.isAsking())
        noOperationDue_.insert({connection, purpose});
    return operations;
}

ConnectionDue PostgresSession::due(const std::string &connection) const
{
    ConnectionDue due;
    const auto read = [&] { due = SqlSession::due(connection); };
    server_.isAsking() ? read() : server_.ask(read);
    return due;
}

ticket::StoredTicket PostgresSession::addTicket(const ticket::StoredTicket &ticket)
{
    dueChanged(ticket.connection, ticket, std::numeric_limits<std::int64_t>::max());
    keepConnection(ticket.connection);
    ticket::StoredTicket added = SqlSession::addTicket(ticket);
    if (const auto of = connectionId(ticket.connection); of && !ticket.key.empty())
        keys_[{*of, ticket.key}] = added.id;
    return added;
}

void PostgresSession::saveTicket(const ticket::StoredTicket &ticket)
{
    for (auto &[work, due] : due_)
        std::erase_if(due.tickets, [&](const ticket::StoredTicket &each) { return each.id == ticket.id; });
    dueChanged(ticket.connection, ticket, ticket.id);
    rows_.erase(ticket.id);
    if (beginsAgain(ticket))
        keepConnection(ticket.connection);
    SqlSession::saveTicket(ticket);
}

void PostgresSession::saveDocuments(std::int64_t id, const ticket::TicketDocuments &documents)
{
    due_.clear();
    SqlSession::saveDocuments(id, documents);
}

void PostgresSession::saveOperation(const ticket::StoredOperation &operation)
{
    if (operation.due)
        noOperationDue_.clear();
    rows_.erase(operation.ticketId);
    if (beginsAgain(operation))
        keepConnection(operation.connection);
    SqlSession::saveOperation(operation);
}

ticket::StoredOperation PostgresSession::addOperation(const ticket::StoredOperation &operation)
{
    withoutOperations_.erase(operation.ticketId);
    database_.run("SELECT 1 FROM connection WHERE id = (SELECT connection_id FROM ticket WHERE id = ?1) FOR KEY SHARE",
                  operation.ticketId);
    return SqlSession::addOperation(operation);
}

/// A connection is removed only if nothing of it is unfinished, which is read before. Whatever makes something unfinished
/// therefore locks its row, in a mode that other changes of the connection, such as of its breakers, do not wait for.
void PostgresSession::keepConnection(const std::string &name)
{
    const auto id = connectionId(name);
    if (id && kept_.insert(*id).second)
        database_.run("SELECT 1 FROM connection WHERE id = ?1 FOR KEY SHARE", *id);
}

/// What is due at once must be found: behind those that are known, or where it belongs among them.
void PostgresSession::dueChanged(const std::string &connection, const ticket::Progress &progress, std::int64_t id)
{
    if (!progress.due || *progress.due > now())
        return;
    for (const ticket::ClaimFor purpose : {ticket::ClaimFor::sending, ticket::ClaimFor::reconciling})
    {
        const auto known = due_.find({connection, purpose});
        if (known == due_.end())
            continue;
        const auto &tickets = known->second.tickets;
        if (!tickets.empty() && std::pair(tickets.back().due, tickets.back().id) < std::pair(progress.due, id))
            known->second.isAll = false;
        else
            due_.erase(known);
    }
}

std::size_t PostgresSession::deleteEndedTickets(clock::Clock::Wall before, std::size_t max)
{
    const std::size_t deleted = SqlSession::deleteEndedTickets(before, max);
    begin();
    return deleted;
}

StoredConnection PostgresSession::addConnection(const StoredConnection &connection)
{
    begin(); // a removed one with this name gets its tickets back
    StoredConnection added = SqlSession::addConnection(connection);
    begin();
    return added;
}

void PostgresSession::removeConnection(const std::string &name)
{
    // Alone, it sees all that was added before. Whoever adds something later has waited, with an older snapshot, and is told
    // by the lock on the row, as if its key had changed, that the connection is gone.
    if (!server_.isAlone())
        throw MustBeAlone();
    database_.run("SELECT 1 FROM connection WHERE name = ?1 FOR UPDATE", name);
    SqlSession::removeConnection(name);
    begin(); // nothing of it counts any more
}

void PostgresSession::labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels)
{
    SqlSession::labelCompanies(connection, labels);
    labels_.clear();
}

std::optional<std::int64_t> PostgresSession::connectionId(const std::string &name) const
{
    const auto known = connectionIds_.find(name);
    if (known != connectionIds_.end())
        return known->second;
    const auto id = SqlSession::connectionId(name);
    if (!server_.isAsking())
        connectionIds_[name] = id;
    return id;
}

std::optional<std::string> PostgresSession::labelOf(std::int64_t connectionId, const std::string &company) const
{
    const auto known = labels_.find({connectionId, company});
    if (known != labels_.end())
        return known->second;
    const auto label = SqlSession::labelOf(connectionId, company);
    if (!server_.isAsking())
        labels_[{connectionId, company}] = label;
    return label;
}

std::string PostgresSession::noteCompany(std::int64_t connectionId, const std::string &company)
{
    const std::string label = SqlSession::noteCompany(connectionId, company);
    labels_[{connectionId, company}] = label;
    return label;
}

std::optional<std::int64_t> PostgresSession::idByKey(std::int64_t connectionId, const std::string &key) const
{
    const auto known = keys_.find({connectionId, key});
    if (known != keys_.end())
        return known->second;
    SqlStatement row = database_.statement(
        "SELECT id FROM ticket WHERE connection_id = ?1 AND key = ?2 AND key IS NOT NULL", connectionId, key);
    const auto found = row.next() ? std::optional(row.integer(0)) : std::nullopt;
    if (!server_.isAsking())
        keys_[{connectionId, key}] = found;
    return found;
}

void PostgresSession::collideOver(std::int64_t ticketId)
{
    if (versions_.insert(ticketId).second)
        database_.run("UPDATE ticket SET version = version + 1 WHERE id = ?1", ticketId);
}

void PostgresSession::collideOver(const char *what)
{
    database_.run("INSERT INTO collision (name, version) VALUES (?1, 1)"
                  " ON CONFLICT (name) DO UPDATE SET version = collision.version + 1",
                  what);
}

bool PostgresSession::mayWriteChunk(std::int64_t chunk)
{
    if (!fullChunk_ || fullChunk_->first != chunk)
        fullChunk_ = {chunk, server_.now()};
    return server_.now() - fullChunk_->second >= chunkSettlesFor &&
           server_.integer("SELECT CAST(pg_try_advisory_xact_lock(5784149) AS INTEGER)") == 1;
}

} // namespace psa::store
