#pragma once

#include "host/net/budget.h"
#include "host/store/audit_entry.h"
#include "host/store/event_reader.h"
#include "host/store/leases.h"
#include "host/store/records.h"
#include "host/store/ticket_query.h"
#include "host/ticket/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace psa::store {

/// Limits of a page of a list: entries, and bytes of their texts, because a page is held in memory for each reader until
/// it has been read.
constexpr std::size_t maxPageEntries = 1000;
constexpr std::size_t maxPageBytes = std::size_t{256} * 1024;

/// Queries of a store, only inside Store::read() or Store::write(), which see a consistent snapshot. Throws StoreError.
class StoreReader : public EventReader
{
public:
    /// The current time with millisecond precision, as times are stored.
    virtual clock::Clock::Wall now() const = 0;

    virtual std::optional<ticket::StoredTicket> ticket(std::int64_t id) const = 0;
    /// Without documents, title and company.
    virtual std::optional<ticket::StoredTicket> ticketRow(std::int64_t id) const = 0;
    virtual std::optional<ticket::StoredTicket> ticketByReference(const std::string &reference) const = 0;
    virtual std::optional<ticket::StoredTicket> ticketByKey(const std::string &connection,
                                                            const std::string &key) const = 0;
    virtual TicketPage listTickets(const TicketQuery &query) const = 0;
    /// The newest finished ticket of the connection whose number in the PSA is not known, among those with the fewest
    /// tries to read it; nullopt if there is none with fewer than StoreWriter::nameTries.
    virtual std::optional<ticket::StoredTicket> ticketWithoutNumber(const std::string &connection) const = 0;
    /// The PSA's label of a company as named by tickets; "" = not known.
    virtual std::string companyLabel(const std::string &connection, const std::string &company) const = 0;
    /// Companies named by tickets or ticket defaults of the connection whose label is not known: at most `max`.
    virtual std::vector<std::string> unlabelledCompanies(const std::string &connection, std::size_t max) const = 0;
    /// Tickets of the connection that are due to be sent or looked up, the longest due first, at most `max`, without
    /// title and company.
    virtual std::vector<ticket::StoredTicket> dueTickets(const std::string &connection, ticket::ClaimFor purpose,
                                                         std::size_t max) const = 0;
    /// Held tickets of the connection that were not released yet, oldest first, at most `max`, like ticketRow().
    virtual std::vector<ticket::StoredTicket> heldTickets(const std::string &connection, std::size_t max) const = 0;
    /// Unfinished open tickets of the connection, at most `max`, like ticketRow(): their lookup in the PSA is in
    /// progress or still due, however late.
    virtual std::vector<ticket::StoredTicket> ticketsToReconcile(const std::string &connection,
                                                                 std::size_t max) const = 0;

    // Notes and changes.

    virtual std::optional<ticket::StoredOperation> operation(std::int64_t id) const = 0;
    /// All of a ticket, oldest first.
    virtual std::vector<ticket::StoredOperation> operationsOf(std::int64_t ticketId) const = 0;
    virtual std::optional<ticket::StoredOperation> operationByKey(std::int64_t ticketId,
                                                                  const std::string &key) const = 0;
    /// Like dueTickets(), for operations. One without a due time waits its turn.
    virtual std::vector<ticket::StoredOperation> dueOperations(const std::string &connection, ticket::ClaimFor purpose,
                                                               std::size_t max) const = 0;
    /// Held ones of the connection that were not released yet, those of the oldest ticket first, at most `max`.
    virtual std::vector<ticket::StoredOperation> heldOperations(const std::string &connection,
                                                                std::size_t max) const = 0;
    /// Like ticketsToReconcile().
    virtual std::vector<ticket::StoredOperation> operationsToReconcile(const std::string &connection,
                                                                       std::size_t max) const = 0;
    /// What was last read of the ticket; nullopt if it was never read or scheduled.
    virtual std::optional<ticket::TicketWatch> watch(std::int64_t ticketId) const = 0;
    /// Tickets of the connection that are due to be read, the longest due first, at most `max`.
    virtual std::vector<std::int64_t> dueWatches(const std::string &connection, std::size_t max) const = 0;

    /// When the connection next has something to do on its own, however late.
    virtual ConnectionDue due(const std::string &connection) const = 0;
    /// One row per connection that ever had a ticket.
    virtual std::vector<ConnectionCounts> counts() const = 0;

    virtual std::optional<StoredConnection> connection(const std::string &name) const = 0;
    /// By name.
    virtual std::vector<StoredConnection> connections() const = 0;

    /// A small value used by the host itself, such as the canary of the key ring. nullopt if it was never set.
    virtual std::optional<std::string> value(const std::string &name) const = 0;

    /// Of all browsers, also expired ones.
    virtual std::vector<StoredSession> sessions() const = 0;

    virtual net::BudgetSnapshot budgets() const = 0;
    /// The open episode; nullopt if there is none.
    virtual std::optional<AlertEpisode> openEpisode(const std::string &connection, const std::string &group) const = 0;
    virtual AuditPage audit(const AuditQuery &query) const = 0;

    /// By owner; also those that ended without removeHost().
    virtual std::vector<HostRow> hosts() const = 0;
    /// By name; also those that have ended.
    virtual std::vector<LeaseRow> leases() const = 0;
    /// By name.
    virtual std::vector<DutyRow> duties() const = 0;
};

} // namespace psa::store
