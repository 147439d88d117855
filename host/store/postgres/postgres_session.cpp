#include "host/store/postgres/postgres_session.h"

namespace psa::store {
namespace {

using namespace std::chrono_literals;

/// A ticket whose id was assigned before may be committed so much later, and must not be missing from its chunk.
constexpr auto chunkSettlesFor = 60s;

} // namespace

void PostgresSession::begin()
{
    connectionIds_.clear();
    labels_.clear();
    versions_.clear();
    leases_.clear();
    lastKey_.reset();
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

StoredConnection PostgresSession::addConnection(const StoredConnection &connection)
{
    connectionIds_.clear();
    StoredConnection added = SqlSession::addConnection(connection);
    connectionIds_.clear();
    return added;
}

void PostgresSession::removeConnection(const std::string &name)
{
    SqlSession::removeConnection(name);
    connectionIds_.clear();
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
    return connectionIds_[name] = SqlSession::connectionId(name);
}

std::string PostgresSession::noteCompany(std::int64_t connectionId, const std::string &company)
{
    const auto known = labels_.find({connectionId, company});
    if (known != labels_.end())
        return known->second;
    return labels_[{connectionId, company}] = SqlSession::noteCompany(connectionId, company);
}

std::optional<std::int64_t> PostgresSession::idByKey(std::int64_t connectionId, const std::string &key) const
{
    const Key asked{connectionId, key};
    if (lastKey_ && lastKey_->first == asked)
        return lastKey_->second;
    SqlStatement row = database_.statement(
        "SELECT id FROM ticket WHERE connection_id = ?1 AND key = ?2 AND key IS NOT NULL", connectionId, key);
    const auto found = row.next() ? std::optional(row.integer(0)) : std::nullopt;
    lastKey_ = {asked, found};
    return found;
}

void PostgresSession::noteKey(std::int64_t, std::int64_t)
{
    lastKey_.reset();
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
