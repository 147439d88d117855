#pragma once

#include "host/store/postgres/postgres_database.h"
#include "host/store/sql/sql_session.h"

#include <map>
#include <unordered_map>

namespace psa::store {

/// The store on PostgreSQL as a read or a write sees it. What every ticket asks for is remembered within a transaction,
/// since each question costs a round trip.
class PostgresSession final : public SqlSession
{
public:
    /// `clock`: nullptr = that of the database.
    PostgresSession(PostgresDatabase &database, std::shared_ptr<const clock::Clock> clock)
        : SqlSession(database), server_(database), clock_(std::move(clock))
    {
    }

    /// A transaction has begun.
    void begin();
    /// Runs questions of several callers, see Store::write(), and remembers the answers.
    void ask(const std::function<void()> &questions);

    clock::Clock::Wall now() const override;

    std::optional<ticket::StoredTicket> ticketRow(std::int64_t id) const override;
    std::vector<ticket::StoredOperation> operationsOf(std::int64_t ticketId) const override;
    std::vector<ticket::StoredTicket> dueTickets(const std::string &connection, ticket::ClaimFor purpose,
                                                 std::size_t max) const override;
    std::vector<ticket::StoredOperation> dueOperations(const std::string &connection, ticket::ClaimFor purpose,
                                                       std::size_t max) const override;
    ConnectionDue due(const std::string &connection) const override;
    ticket::StoredTicket addTicket(const ticket::StoredTicket &ticket) override;
    void saveTicket(const ticket::StoredTicket &ticket) override;
    void saveDocuments(std::int64_t id, const ticket::TicketDocuments &documents) override;
    void saveOperation(const ticket::StoredOperation &operation) override;
    ticket::StoredOperation addOperation(const ticket::StoredOperation &operation) override;

    std::size_t deleteEndedTickets(clock::Clock::Wall before, std::size_t max) override;
    StoredConnection addConnection(const StoredConnection &connection) override;
    void removeConnection(const std::string &name) override;
    void requireLease(const LeaseName &name, const std::string &owner, std::int64_t fence) override;
    void labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels) override;

    /// Thrown where a transaction must be alone with the connections before it has its snapshot: it is run again so.
    struct MustBeAlone
    {
    };

protected:
    std::optional<std::int64_t> connectionId(const std::string &name) const override;
    std::optional<std::string> labelOf(std::int64_t connectionId, const std::string &company) const override;
    std::string noteCompany(std::int64_t connectionId, const std::string &company) override;
    std::optional<std::int64_t> idByKey(std::int64_t connectionId, const std::string &key) const override;
    void noteKey(std::int64_t, std::int64_t) override {}
    void forgetKeys(std::size_t) override {}
    void collideOver(std::int64_t ticketId) override;
    void collideOver(const char *what) override;
    bool mayWriteChunk(std::int64_t chunk) override;

private:
    using Work = std::pair<std::string, ticket::ClaimFor>; ///< Of a connection.
    /// The next due tickets.
    struct Due
    {
        std::vector<ticket::StoredTicket> tickets;
        bool isAll = false;
    };
    void dueChanged(const std::string &connection, const ticket::Progress &progress, std::int64_t id);
    void keepConnection(const std::string &name);
    using Key = std::pair<std::int64_t, std::string>;

    PostgresDatabase &server_;
    const std::shared_ptr<const clock::Clock> clock_;
    mutable std::unordered_map<std::string, std::optional<std::int64_t>> connectionIds_;
    mutable std::map<Key, std::optional<std::string>> labels_;
    mutable std::map<Work, Due> due_;
    mutable std::map<Work, std::size_t> wanted_; ///< Tickets, by all callers together.
    bool counting_ = false;                      ///< What is wanted.
    mutable std::map<std::int64_t, std::optional<ticket::StoredTicket>> rows_;
    mutable std::set<Work> noOperationDue_;
    mutable std::set<std::int64_t> withoutOperations_; ///< Tickets.
    std::set<std::int64_t> versions_;                  ///< Tickets whose version this transaction has changed.
    std::map<std::pair<LeaseName, std::string>, std::int64_t> leases_; ///< Their fences; locked.
    std::set<std::int64_t> kept_; ///< Connections that no other transaction removes before the end of this one.
    mutable std::map<Key, std::optional<std::int64_t>> keys_;              ///< And their tickets.
    std::optional<std::pair<std::int64_t, clock::Clock::Wall>> fullChunk_; ///< And since when it is known.
};

} // namespace psa::store
